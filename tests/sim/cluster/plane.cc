// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/cluster/plane.h"

#include "crypto/random.h"
#include "dataplane/heartbeat_reply.h"
#include "session/core/control_datagram.h"
#include "session/core/heartbeat.h"
#include "session/core/inner.h"
#include "session/core/key_budget.h"

namespace jvpn::sim {

Plane::Plane(AeadEngine& engine, const TableShape& shape, std::uint64_t seed, Handlers handlers)
    : engine_(engine),
      nonce_key_(SeededRandom(seed ^ 0xecd0).draw<16>()),
      handlers_(std::move(handlers)),
      memory_(std::make_unique<Aligned[]>(SessionTable::memory_size(shape) / 64 + 1)),
      table_(std::move(
          SessionTable::create(ByteSpan(memory_[0].bytes, SessionTable::memory_size(shape)), shape)
              .value())) {
  table_.reader_online(0);
}

void Plane::install(const InstallSession& session) {
  SessionKeys keys;
  engine_.expand(session.view.suite, session.uplink.key, session.uplink.iv, keys.uplink);
  engine_.expand(session.view.suite, session.downlink.key, session.downlink.iv, keys.downlink);
  std::ranges::copy(session.control_open.view(), keys.control_open.begin());
  Snapshot first;
  first.view = session.view;
  table_.install(session.tag, keys, first);
}

void Plane::publish(const PublishView& change) {
  Snapshot next;
  next.view = change.view;
  ensure(table_.publish(change.tag, next), "one reader that is never stalled");
}

void Plane::stage(const StageKeys& next) {
  SessionKeys keys;
  engine_.expand(next.suite, next.uplink.key, next.uplink.iv, keys.uplink);
  engine_.expand(next.suite, next.downlink.key, next.downlink.iv, keys.downlink);
  table_.stage_keys(next.tag, next.key_epoch, keys);
}

void Plane::remove(const RemoveSession& session) {
  forget_held(session.tag);
  table_.remove(session.tag);
}

void Plane::turn(Instant now) {
  std::vector<Tag> waiting;
  for (const auto& [tag, held] : held_) waiting.push_back(tag);
  for (const Tag tag : waiting) release(tag, now);
  table_.move_retired(0);
  table_.quiescent(0);
  table_.reclaim();
}

void Plane::forget_window(Tag tag) {
  TableRecord* record = table_.record(tag);
  if (record == nullptr) return;
  const OpeningKey key = opening_key(*record, static_cast<std::uint8_t>(0));
  if (key.use != nullptr) key.use->replay.reset();
}

void Plane::receive_data(const Endpoint& source, Datagram datagram, Instant now) {
  ++fates_.taken;
  note(take(source, std::move(datagram), now));
}

Plane::Fate Plane::take(const Endpoint& source, Datagram datagram, Instant now) {
  if (datagram.size() < kDataOverhead || now >= serving_until_) return Fate::dropped;
  const auto header = load<DataHeader>(datagram.data());
  const Tag tag = Tag::from_wire(header.prefix.tag);
  TableRecord* record = table_.record(tag);
  const Snapshot* snapshot = record == nullptr ? nullptr : table_.find(tag);
  if (snapshot == nullptr) return Fate::dropped;
  const SessionView& view = snapshot->view;
  const Counter counter{header.counter};
  const SourceRole role = role_of(view, source, now);
  const OpeningKey key = opening_key(*record, header.prefix.low());
  if (key.use == nullptr) return Fate::dropped;
  ReplayWindow& replay = key.use->replay;
  if (replay.check(counter, view.replay_window) != Freshness::fresh) return Fate::dropped;

  const auto size = static_cast<std::uint32_t>(datagram.size() - kDataOverhead);
  const Datagram as_it_came = role == SourceRole::unbound ? datagram : Datagram{};
  AeadOp op{.key = key.key,
            .counter = counter.value,
            .aad = datagram.data(),
            .aad_size = sizeof(DataHeader),
            .size = size,
            .data = datagram.data() + sizeof(DataHeader),
            .tag = datagram.data() + sizeof(DataHeader) + size,
            .ok = false};
  engine_.open({&op, 1});
  if (!op.ok) {
    key.use->failed_opens += 1;
    return Fate::dropped;
  }
  key.use->blocks += blocks_of(size);
  const ByteView inner(op.data, size);
  if (role == SourceRole::unbound) {
    if (!replay.is_newest(counter)) return Fate::dropped;
    return take_unbound(tag, *record, view, source, as_it_came, !is_heartbeat(inner), now);
  }
  if (replay.mark(counter, view.replay_window) != Freshness::fresh) return Fate::dropped;
  if (role == SourceRole::bound) {
    follow_binding(record->uplink, view);
    record->uplink.received += 1;
  }
  if (is_heartbeat(inner)) {
    if (role == SourceRole::bound) answer(tag, *record, view, inner, now);
    return Fate::answered;
  }
  const auto packet = parse_inner(inner);
  if (!packet || packet->source != view.inner_v4) return Fate::dropped;
  record->uplink.bytes += inner.size();
  handlers_.deliver(tag, source, inner.first(packet->length));
  return Fate::delivered;
}

void Plane::answer(Tag tag, TableRecord& record, const SessionView& view, ByteView inner,
                   Instant now) {
  const auto ask = read_heartbeat(inner);
  if (!ask || ask->kind != HeartbeatKind::ask) return;
  const auto reply = answer_ask({nonce_key_, tag, now}, record, view, *ask);
  if (!reply) return;
  Bytes<kHeartbeatInnerSize> bytes{};
  write_heartbeat(*reply, bytes);
  seal_and_send(record, view, bytes);
}

void Plane::seal_and_send(TableRecord& record, const SessionView& view, ByteView inner) {
  handlers_.sealed(inner);
  Datagram datagram(inner.size() + kDataOverhead);
  const SealingKey key = sealing_key(record, view);
  const std::uint64_t counter = key.use->next_counter++;
  key.use->blocks += blocks_of(inner.size());
  const auto epoch = static_cast<std::uint8_t>(key.use->key_epoch & 0xf);
  store(datagram.data(),
        DataHeader{WirePrefix::make(WireType::data, view.client_tag, epoch), counter});
  std::ranges::copy(inner, datagram.begin() + sizeof(DataHeader));
  AeadOp op{.key = key.key,
            .counter = counter,
            .aad = datagram.data(),
            .aad_size = sizeof(DataHeader),
            .size = static_cast<std::uint32_t>(inner.size()),
            .data = datagram.data() + sizeof(DataHeader),
            .tag = datagram.data() + sizeof(DataHeader) + inner.size(),
            .ok = false};
  engine_.seal({&op, 1});
  follow_binding(record.downlink, view);
  record.downlink.sent += 1;
  record.downlink.bytes += inner.size();
  handlers_.send(view.underlay, view.bound, std::move(datagram));
}

std::optional<Datagram> Plane::open_control(ByteView datagram) const {
  if (datagram.size() < kControlOverhead) return std::nullopt;
  const Tag tag = Tag::from_wire(load<WirePrefix>(datagram.data()).tag);
  const TableRecord* record = table_.record(tag);
  if (record == nullptr || table_.find(tag) == nullptr) return std::nullopt;
  Datagram plain(datagram.size());
  plain.resize(open_datagram(datagram, record->control.open_key, plain));
  if (plain.empty()) return std::nullopt;
  return plain;
}

bool Plane::send(Tag tag, ByteView inner, Instant now) {
  ++fates_.offered;
  TableRecord* record = now >= serving_until_ ? nullptr : table_.record(tag);
  const Snapshot* snapshot = record == nullptr ? nullptr : table_.find(tag);
  if (snapshot != nullptr && !snapshot->view.has_binding()) {
    if (hold(held_[tag].down, fates_.refused, inner, snapshot->view, now)) return true;
    snapshot = nullptr;
  }
  if (snapshot == nullptr) {
    ++fates_.refused;
    return false;
  }
  seal_and_send(*record, snapshot->view, inner);
  ++fates_.sealed;
  return true;
}

HealthReport Plane::health(Tag tag) const {
  const HealthSample s = table_.sample(tag).value();
  return {.bound_version = s.bound_version,
          .received = s.received,
          .peer_sent = s.peer_sent,
          .received_at_ask = s.received_at_ask,
          .evidence_at = s.evidence_at,
          .unechoed = s.unechoed,
          .rtt = std::chrono::microseconds(s.rtt_us),
          .bytes_up = s.bytes_up,
          .bytes_down = s.bytes_down,
          .key_epoch = s.key_epoch,
          .opened_key_epoch = s.opened_key_epoch,
          .failed_opens = s.failed_opens,
          .blocks = s.blocks};
}

}  // namespace jvpn::sim
