// SPDX-License-Identifier: Apache-2.0
#include "session/shared/session_table.h"

#include <new>
#include <utility>

#include "base/ensure.h"
#include "session/shared/session_table_state.h"

namespace jvpn {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

/// The tag that a slot gets after `tag`: the next generation, 1 after the last, so that an all-zero
/// tag is never valid.
constexpr GatewayTag successor(GatewayTag tag) {
  tag.generation = tag.generation % GatewayTag::kGenerationMask + 1;
  return tag;
}

/// Control writes what is the worker's: nobody else holds the slot before its first publication.
/// Relaxed throughout; publication (release, in install) carries it to the worker.
void start_counts(TableRecord& record) {
  UplinkLines& up = record.uplink;
  HealthLine& health = record.health;
  for (auto* count : {&up.bound_version, &up.received, &up.bytes, &health.bound_version,
                      &health.peer_sent, &health.received_at_ask, &health.evidenced}) {
    count->store(0, kRelaxed);
  }
  for (auto* time : {&health.evidence_ns, &health.next_notice_ns}) time->store(0, kRelaxed);
  DownlinkLine& down = record.downlink;
  for (auto* count : {&down.sent, &down.bound_version, &down.bytes, &record.control.replies,
                      &record.extras.metered_down, &record.control.metered_up}) {
    count->store(0, kRelaxed);
  }
  record.control.next_reply_ns.store(0, kRelaxed);
  record.control.opens.reset();
  record.extras.meter_up_state = down.meter = MeterState();
  for (auto* word : {&record.control.holder, &health.unechoed, &health.rtt_us}) {
    word->store(0, kRelaxed);
  }
}

/// What heartbeats showed of that binding: nothing yet, while the line is of one before.
void show_health(const HealthLine& line, std::uint64_t bound, HealthSample& out) {
  // Acquire, first: what follows is of this binding; partner: the release in begin_binding().
  if (line.bound_version.load(std::memory_order_acquire) != bound) return;
  out.peer_sent = line.peer_sent.load(kRelaxed);
  out.received_at_ask = line.received_at_ask.load(kRelaxed);
  out.evidence_at = Instant{line.evidence_ns.load(kRelaxed)};
  out.unechoed = line.unechoed.load(kRelaxed);
  out.rtt_us = line.rtt_us.load(kRelaxed);
}

/// Control thread: `staged` is its own store.
KeyEpoch newest_opened(const TableRecord& record) {
  const StagedKeys* staged = record.extras.staged.load(kRelaxed);
  if (staged != nullptr && staged->opening.blocks.load(kRelaxed) != 0) {
    return KeyEpoch{staged->opening.key_epoch.load(kRelaxed)};
  }
  const bool any = record.uplink.key.blocks.load(kRelaxed) != 0;
  return any ? KeyEpoch{record.uplink.key.key_epoch.load(kRelaxed)} : KeyEpoch{};
}

}  // namespace

// ---- control thread ----------------------------------------------------------------------------

TableRecord& SessionTable::State::owned(Tag tag, SlotUse expected) {
  const std::uint32_t slot = GatewayTag::unpack(tag).slot;
  ensure(slot < shape.slots && uses[slot] == expected, "control knows the use of each slot");
  TableRecord& record = records[slot];
  ensure(occupants[slot].tag() == tag, "control never uses a stale tag");
  return record;
}

void SessionTable::State::end_generation(std::uint32_t slot) {
  Occupant& occupant = occupants[slot];
  occupant.set_tag(successor(GatewayTag::unpack(occupant.tag())).pack());
}

Snapshot* SessionTable::State::copy(const Snapshot& from) {
  ensure(from.view.replay_window <= kMaxReplayWindow, "workers take the width as it is");
  Snapshot* to = free_snapshots.pop();
  *to = from;
  return to;
}

void SessionTable::State::defer(Deferred item) {
  // The token's release makes the unpublication visible to every worker that passes it.
  item.token = rte_rcu_qsbr_start(grace);
  item.since = reclaims;
  deferred.push(item);
}

std::optional<Tag> SessionTable::reserve(std::uint8_t worker) {
  ensure(worker < state_->shape.readers, "the owner of a session is one of the workers");
  if (state_->free_slots.empty()) return std::nullopt;
  const std::uint32_t slot = state_->free_slots.pop();
  GatewayTag tag = GatewayTag::unpack(occupants_[slot].tag());
  tag.worker = worker;
  occupants_[slot].set_tag(tag.pack());
  state_->uses[slot] = SlotUse::reserved;
  return tag.pack();
}

void SessionTable::release(Tag tag) {
  state_->owned(tag, SlotUse::reserved);
  const std::uint32_t slot = GatewayTag::unpack(tag).slot;
  state_->end_generation(slot);
  state_->uses[slot] = SlotUse::free;  // never published: no worker to wait for
  state_->free_slots.push(slot);
}

void SessionTable::install(Tag tag, const SessionKeys& keys, const Snapshot& first) {
  TableRecord& record = state_->owned(tag, SlotUse::reserved);
  record.uplink_key = keys.uplink;
  record.downlink_key = keys.downlink;
  record.control.open_key = keys.control_open;
  start_counts(record);
  start_use(record.downlink.key, record.uplink.key, first.view.key_epoch);
  const GatewayTag parts = GatewayTag::unpack(tag);
  state_->uses[parts.slot] = SlotUse::live;
  ++state_->owned_by[parts.worker];
  occupants_[parts.slot].publish(state_->copy(first));
}

void SessionTable::set_meters(Tag tag, const MeterProfile& up, const MeterProfile& down) {
  TableRecord* record = this->record(tag);
  ensure(record != nullptr, "control never uses a stale tag");
  Occupant& occupant = occupants_[GatewayTag::unpack(tag).slot];
  ensure(occupant.tag() == tag, "control never uses a stale tag");
  record->extras.meter_up.publish(up);
  record->extras.meter_down.publish(down);
  occupant.set(Trait::metered_up, !record->extras.meter_up.is_unlimited());
  occupant.set(Trait::metered_down, !record->extras.meter_down.is_unlimited());
}

std::uint64_t SessionTable::begin_grace() {
  // Release (in the token) of what was unpublished; partner: the check in is_over().
  return rte_rcu_qsbr_start(state_->grace);
}

bool SessionTable::is_over(std::uint64_t grace) const {
  // Acquire (in the check) of each worker's counter; partner: release in quiescent().
  return rte_rcu_qsbr_check(state_->grace, grace, false) == 1;
}

bool SessionTable::publish(Tag tag, const Snapshot& next) {
  state_->owned(tag, SlotUse::live);
  if (state_->replaced == state_->most_replaced()) return false;
  Occupant& occupant = occupants_[GatewayTag::unpack(tag).slot];
  const Snapshot* old = occupant.snapshot();
  occupant.publish(state_->copy(next));
  state_->defer({.snapshot = state_->reusable(old)});
  ++state_->replaced;
  return true;
}

void SessionTable::remove(Tag tag) {
  state_->owned(tag, SlotUse::live);
  const std::uint32_t slot = GatewayTag::unpack(tag).slot;
  const Snapshot* old = occupants_[slot].snapshot();
  occupants_[slot].leave();
  state_->end_generation(slot);
  state_->uses[slot] = SlotUse::leaving;
  --state_->owned_by[GatewayTag::unpack(tag).worker];
  StagedKeys* const keys = state_->take_keys_of(slot);
  state_->defer({.snapshot = state_->reusable(old), .keys = keys, .slot = slot});
}

void SessionTable::State::free_one(const Deferred& item) {
  if (item.keys != nullptr) {
    wipe_keys(*item.keys);
    free_key_blocks.push(item.keys);
  }
  if (item.snapshot != nullptr) free_snapshots.push(item.snapshot);
  if (item.slot == Deferred::kSlotLivesOn) {
    if (item.snapshot != nullptr) --replaced;
    return;
  }
  wipe_keys(records[item.slot]);
  uses[item.slot] = SlotUse::free;
  free_slots.push(item.slot);
}

std::size_t SessionTable::reclaim() {
  ++state_->reclaims;
  state_->collect_moved();
  std::size_t freed = 0;
  FixedQueue<Deferred>& queue = state_->deferred;
  // Tokens rise along the queue: behind the first that a worker holds, all are held.
  // Acquire (in the check) of each worker's counter; partner: release in quiescent().
  while (!queue.empty() && rte_rcu_qsbr_check(state_->grace, queue.front().token, false) == 1) {
    state_->free_one(queue.pop());
    ++freed;
  }
  return freed;
}

std::uint64_t SessionTable::oldest_pending() const {
  if (state_->deferred.empty()) return 0;
  return state_->reclaims - state_->deferred.front().since + 1;
}

std::optional<HealthSample> SessionTable::sample(Tag tag) const {
  const TableRecord* record = this->record(tag);
  if (find(tag) == nullptr) return std::nullopt;
  // Relaxed loads; partner: the owner worker's relaxed stores. Each figure is whole, no two need be
  // of the same packet.
  const UplinkLines& up = record->uplink;
  const DownlinkLine& down = record->downlink;
  HealthSample out;
  // Acquire, first: no count of an older key stands beside a newer epoch; partner: the release in
  // move_keys().
  out.key_epoch = KeyEpoch{up.key.key_epoch.load(std::memory_order_acquire)};
  const std::uint64_t bound = up.bound_version.load(kRelaxed);
  out.bound_version = StateVersion::unpack(bound);
  out.received = up.received.load(kRelaxed);
  show_health(record->health, bound, out);
  out.bytes_up = up.bytes.load(kRelaxed);
  out.bytes_down = down.bytes.load(kRelaxed);
  out.send_counter = down.key.next_counter.load(kRelaxed);
  out.opened_key_epoch = newest_opened(*record);
  out.failed_opens = up.key.failed_opens.load(kRelaxed);
  out.metered_up = record->control.metered_up.load(kRelaxed);
  out.metered_down = record->extras.metered_down.load(kRelaxed);
  out.blocks = std::max(up.key.blocks.load(kRelaxed), down.key.blocks.load(kRelaxed));
  return out;
}

std::uint32_t SessionTable::free_slots() const {
  return static_cast<std::uint32_t>(state_->free_slots.size());
}

std::uint32_t SessionTable::sessions_of(std::uint8_t worker) const {
  return state_->owned_by[worker];
}

}  // namespace jvpn
