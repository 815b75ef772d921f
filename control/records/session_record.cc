// SPDX-License-Identifier: Apache-2.0
#include "control/records/session_record.h"

namespace jvpn {
namespace {

/// What is no number of its own type in the record.
struct Enums {
  std::uint8_t state = 0;
  std::uint8_t inherited = 0;
  std::uint8_t suite = 0;
};

/// Everything of fixed size, in the order in which it is stored, for both directions.
void layout_to_root(auto& field, auto& r, auto& wire) {
  field(r.id, r.peer, r.owner, wire.state, wire.inherited, r.reason, r.version, r.bound_version);
  field(r.reattach_epoch, r.reattach, r.tag, r.client_tag, wire.suite, r.resume);
}
void layout(auto& field, auto& r, auto& wire) {
  layout_to_root(field, r, wire);
  field(r.policy, r.inner_v4, r.inner_v6);
  field(r.last_source, r.last_underlay, r.last_path_known, r.last_path);
  field(r.tick_ms, r.age_ms, r.unbound_ms, r.moved_ms, r.total_switches);
}

void write_ages(FieldWriter& field, const MoveAges& ages) {
  const std::size_t skipped = ages.size() - std::min(ages.size(), kMaxStoredMoves);
  field(static_cast<std::uint16_t>(ages.size() - skipped));
  for (std::size_t i = skipped; i < ages.size(); ++i) field(ages[i]);
}

MoveAges read_ages(FieldReader& field) {
  std::uint16_t count = 0;
  field(count);
  if (count > kMaxStoredMoves) field.cursor().refuse();
  MoveAges ages(field.cursor().ok() ? count : 0);
  for (std::uint16_t& age : ages) field(age);
  return ages;
}

std::vector<std::uint8_t> read_terminate(FieldReader& field) {
  std::uint16_t size = 0;
  field(size);
  const ByteView bytes = field.cursor().view(size);
  return {bytes.begin(), bytes.end()};
}

bool is_live(State state) {
  return state == State::attached || state == State::volatile_ || state == State::degraded ||
         state == State::recovering;
}

bool is_possible(const SessionRecord& record, std::uint8_t suite) {
  const bool ended = record.state == State::terminated;
  if (!ended && record.state != State::attached && record.state != State::recovering) return false;
  if (suite != static_cast<std::uint8_t>(Suite::aes_256_gcm) &&
      suite != static_cast<std::uint8_t>(Suite::chacha20_poly1305)) {
    return false;
  }
  return !record.id.is_zero() && is_live(record.inherited) && ended == !record.terminate.empty();
}

Bytes<27> purpose(const SessionId& id) {
  static constexpr Bytes<11> kName{'r', 'e', 's', 'u', 'm', 'e', ' ', 'r', 'o', 'o', 't'};
  Bytes<27> aad{};
  ByteWriter(aad).bytes(kName).bytes(id.bytes);
  return aad;
}

}  // namespace

StoreValue write_session_record(const SessionRecord& record) {
  ensure(is_possible(record, static_cast<std::uint8_t>(record.suite)), "we store what we can read");
  RecordWriter writer(RecordKind::session, record.attempt);
  const Enums enums{static_cast<std::uint8_t>(record.state),
                    static_cast<std::uint8_t>(record.inherited),
                    static_cast<std::uint8_t>(record.suite)};
  layout(writer.fields(), record, enums);
  write_ages(writer.fields(), record.jumps);
  write_ages(writer.fields(), record.rebinds);
  writer.fields()(static_cast<std::uint16_t>(record.terminate.size()));
  writer.fields().cursor().bytes(record.terminate);
  return writer.finish();
}

std::optional<SessionRecord> read_session_record(const StoreValue& value) {
  SessionRecord record;
  RecordReader reader(value, RecordKind::session, record.attempt);
  Enums enums;
  layout(reader.fields(), record, enums);
  record.state = static_cast<State>(enums.state);
  record.inherited = static_cast<State>(enums.inherited);
  record.suite = static_cast<Suite>(enums.suite);
  record.jumps = read_ages(reader.fields());
  record.rebinds = read_ages(reader.fields());
  record.terminate = read_terminate(reader.fields());
  if (!reader.finished() || !is_possible(record, enums.suite)) return std::nullopt;
  return record;
}

SealedRoot sealed_root_in(const StoreValue& value) {
  if (value.empty()) return {};
  SessionRecord record;
  RecordReader reader(value, RecordKind::session, record.attempt);
  Enums enums;
  layout_to_root(reader.fields(), record, enums);
  return record.resume;
}

SealedRoot seal_resume_root(const Key32& resume_root, const Key32& store_key, const SessionId& id,
                            const SealNonce& nonce) {
  SealedRoot sealed{};
  std::ranges::copy(nonce, sealed.begin());
  seal_control(store_key, nonce, purpose(id), resume_root.view(),
               ByteSpan(sealed).subspan(kSealNonceSize));
  return sealed;
}

std::optional<Key32> open_resume_root(const SealedRoot& sealed, const Key32& store_key,
                                      const SessionId& id) {
  Key32 root;
  const SealNonce nonce = load<SealNonce>(sealed.data());
  const ByteView rest = ByteView(sealed).subspan(kSealNonceSize);
  if (!open_control(store_key.view(), nonce, purpose(id), rest, root.writable())) {
    return std::nullopt;
  }
  return root;
}

}  // namespace jvpn
