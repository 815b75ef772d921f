// SPDX-License-Identifier: Apache-2.0
#include "control/records/node_records.h"

namespace jvpn {
namespace {

// One list of fields per record, for both directions.
void layout(auto& field, auto& r, const PeerRecord*) {
  field(r.session);
}
void layout(auto& field, auto& r, const LifeRecord*) {
  field(r.incarnation, r.fenced, r.by);
}
void layout(auto& field, auto& r, const RenewalRecord*) {
  field(r.incarnation, r.sequence, r.tick_ms, r.draining);
}
void layout(auto& field, auto& r, const WishRecord*) {
  field(r.session, r.by, r.owner_epoch);
}

template <class Record>
StoreValue write(RecordKind kind, const Record& record) {
  RecordWriter writer(kind, record.attempt);
  layout(writer.fields(), record, &record);
  return writer.finish();
}

template <class Record>
std::optional<Record> read(RecordKind kind, const StoreValue& value) {
  Record record;
  RecordReader reader(value, kind, record.attempt);
  layout(reader.fields(), record, &record);
  if (!reader.finished()) return std::nullopt;
  return record;
}

}  // namespace

StoreValue write_record(const PeerRecord& record) {
  return write(RecordKind::peer, record);
}
StoreValue write_record(const LifeRecord& record) {
  return write(RecordKind::life, record);
}
StoreValue write_record(const RenewalRecord& record) {
  return write(RecordKind::renewal, record);
}
StoreValue write_record(const WishRecord& record) {
  return write(RecordKind::wish, record);
}

std::optional<PeerRecord> read_peer_record(const StoreValue& value) {
  return read<PeerRecord>(RecordKind::peer, value);
}
std::optional<LifeRecord> read_life_record(const StoreValue& value) {
  return read<LifeRecord>(RecordKind::life, value);
}
std::optional<RenewalRecord> read_renewal_record(const StoreValue& value) {
  return read<RenewalRecord>(RecordKind::renewal, value);
}
std::optional<WishRecord> read_wish_record(const StoreValue& value) {
  return read<WishRecord>(RecordKind::wish, value);
}

}  // namespace jvpn
