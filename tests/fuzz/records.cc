// SPDX-License-Identifier: Apache-2.0
// Values of the ownership store, written by other nodes and other versions: read strictly, written
// back byte by byte.
#include "control/records/node_records.h"
#include "control/records/session_record.h"
#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark session("a session's record");
Mark moves("a record with moves");
Mark tombstone("a tombstone");
Mark small("a small record");
Mark too_long("longer than any record, refused");

Key32 store_key() {
  Bytes<32> bytes = test::rising<32>(0x40);
  return Key32::take(bytes);
}

template <class Record>
void round_trip(const std::optional<Record>& record, const StoreValue& value) {
  if (!record) return;
  ensure(write_record(*record) == value, "one record, one spelling");
  small.hit();
}

void as_session(const StoreValue& value) {
  const std::optional<SessionRecord> record = read_session_record(value);
  if (!session.hit_if(record.has_value())) return;
  ensure(value.size() <= kMaxRecordSize, "what is read can be written");
  ensure(write_session_record(*record) == value, "one record, one spelling");
  moves.hit_if(!record->jumps.empty());
  tombstone.hit_if(!record->terminate.empty());
  ensure(!open_resume_root(record->resume, store_key(), record->id), "nobody else has the key");
  const StoreValue again = with_attempt(value, AttemptId{record->attempt.value + 1});
  ensure(again != value && same_change(again, value), "attempts differ in nothing else");
}

}  // namespace

void one(ByteView input) {
  if (input.size() > kMaxRecordSize) too_long.hit();
  const StoreValue value(
      std::string_view(reinterpret_cast<const char*>(input.data()), input.size()));
  as_session(value);
  round_trip(read_peer_record(value), value);
  round_trip(read_life_record(value), value);
  round_trip(read_renewal_record(value), value);
  round_trip(read_wish_record(value), value);
}

void seeds(const Keep& keep) {
  const auto keep_value = [&](std::string_view name, const StoreValue& value) {
    keep(name, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  };
  SessionRecord record;
  record.attempt = AttemptId{9};
  record.id.bytes = test::rising<16>(0xd0);
  record.version = {OwnerEpoch{3}, 9};
  record.bound_version = {OwnerEpoch{3}, 8};
  record.owner = {4, 7};
  record.last_source = {IpAddress::v4(0xc0000201), 4000};
  record.jumps = {100, 90};
  record.rebinds = {50};
  keep_value("session", write_session_record(record));
  record.state = State::terminated;
  record.reason = Reason::peer_terminated;
  record.terminate = std::vector<std::uint8_t>(100, 7);
  keep_value("tombstone", write_session_record(record));
  std::string longer(write_session_record(record));
  longer.resize(longer.size() - 2 - record.terminate.size());
  longer.append("\x0f\xa0", 2).append(4000, 'x');  // the size of its last field, 4000
  keep_value("too-long", longer);
  keep_value("peer", write_record(PeerRecord{AttemptId{1}, record.id}));
  keep_value("life", write_record(LifeRecord{AttemptId{1}, 5, true, {2, 6}}));
  keep_value("renewal", write_record(RenewalRecord{AttemptId{1}, 5, 6, 7, true}));
  keep_value("wish", write_record(WishRecord{AttemptId{1}, record.id, {2, 6}, OwnerEpoch{3}}));
}

}  // namespace jvpn::fuzz
