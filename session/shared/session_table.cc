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

void wipe_keys(SessionRecord& record) {
  wipe_key(record.uplink_key);
  wipe_key(record.downlink_key);
  sodium_memzero(record.control.open_key.data(), record.control.open_key.size());
}

/// Control writes what is the worker's: nobody else holds the slot before its first publication.
/// Relaxed throughout; publication (release, in install) carries it to the worker.
void start_counts(SessionRecord& record) {
  UplinkLine& up = record.uplink;
  for (auto* count : {&up.bound_version, &up.received, &up.peer_sent, &up.received_at_ask,
                      &up.our_nonce, &up.bytes}) {
    count->store(0, kRelaxed);
  }
  up.evidence_ns.store(0, kRelaxed);
  up.next_notice_ns.store(0, kRelaxed);
  DownlinkLine& down = record.downlink;
  for (auto* count : {&down.send_counter, &down.sent, &down.bound_version, &down.bytes,
                      &down.replies, &down.evidenced}) {
    count->store(0, kRelaxed);
  }
  down.next_reply_ns.store(0, kRelaxed);
  record.replay.reset();
}

bool valid(const TableShape& shape) {
  return shape.slots >= 1 && shape.slots <= GatewayTag::kMaxSlots && shape.readers >= 1 &&
         shape.readers <= kMaxWorkers;
}

}  // namespace

// ---- memory ------------------------------------------------------------------------------------

void SessionTable::State::lay_out(Arena& arena) {
  grace =
      reinterpret_cast<rte_rcu_qsbr*>(arena.take_bytes(rte_rcu_qsbr_get_memsize(shape.readers)));
  records = arena.take<SessionRecord>(shape.slots);
  snapshots = arena.take<Snapshot>(snapshot_count());
  uses = arena.take<SlotUse>(shape.slots);
  free_slots = {arena.take<std::uint32_t>(shape.slots), shape.slots};
  free_snapshots = {arena.take<Snapshot*>(snapshot_count()), snapshot_count()};
  deferred = {arena.take<Deferred>(snapshot_count()), snapshot_count()};
}

void SessionTable::State::fill() {
  for (std::uint32_t slot = 0; slot < shape.slots; ++slot) {
    auto* record = new (records + slot) SessionRecord;
    record->head.tag.store(GatewayTag{shape.node, 0, slot, 1}.pack().value(), kRelaxed);
    uses[slot] = SlotUse::free;
    free_slots.push(slot);
  }
  for (std::size_t i = 0; i < snapshot_count(); ++i) {
    free_snapshots.push(new (snapshots + i) Snapshot);
  }
}

std::size_t SessionTable::memory_size(const TableShape& shape) {
  if (!valid(shape)) return 0;
  Arena counting;
  counting.take<State>(1);
  State state;
  state.shape = shape;
  state.lay_out(counting);
  return counting.used();
}

Result<SessionTable> SessionTable::create(ByteSpan memory, const TableShape& shape) {
  if (!valid(shape)) return fail("session table: 1..2^24 slots and 1..64 readers are possible");
  if (!fits(memory, memory_size(shape))) {
    return fail("session table: memory is smaller than memory_size() or not 64-aligned");
  }
  Arena arena(memory.data());
  auto* state = new (arena.take<State>(1)) State;
  state->shape = shape;
  state->lay_out(arena);
  state->fill();
  if (rte_rcu_qsbr_init(state->grace, shape.readers) != 0) return fail("rte_rcu_qsbr_init failed");
  for (std::uint32_t reader = 0; reader < shape.readers; ++reader) {
    rte_rcu_qsbr_thread_register(state->grace, reader);
  }
  return SessionTable(state);
}

SessionTable::SessionTable(State* state)
    : state_(state),
      records_(state->records),
      slots_(state->shape.slots),
      node_(state->shape.node) {}

SessionTable::SessionTable(SessionTable&& other) noexcept {
  *this = std::move(other);
}

SessionTable& SessionTable::operator=(SessionTable&& other) noexcept {
  std::swap(state_, other.state_);
  std::swap(records_, other.records_);
  std::swap(slots_, other.slots_);
  std::swap(node_, other.node_);
  return *this;
}

SessionTable::~SessionTable() {
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    const SlotUse use = state_->uses[slot];
    if (use == SlotUse::live || use == SlotUse::leaving) wipe_keys(records_[slot]);
  }
}

// ---- control thread ----------------------------------------------------------------------------

SessionRecord& SessionTable::State::owned(Tag tag, SlotUse expected) {
  const std::uint32_t slot = GatewayTag::unpack(tag).slot;
  ensure(slot < shape.slots && uses[slot] == expected, "control knows the use of each slot");
  SessionRecord& record = records[slot];
  ensure(record.head.tag.load(kRelaxed) == tag.value(), "control never uses a stale tag");
  return record;
}

void SessionTable::State::end_generation(SessionRecord& record) {
  const GatewayTag ended = GatewayTag::unpack(Tag(record.head.tag.load(kRelaxed)));
  // Relaxed; partner: find() by tag. A worker that still sees the old tag finds a snapshot that the
  // grace period protects, or none.
  record.head.tag.store(successor(ended).pack().value(), kRelaxed);
}

Snapshot* SessionTable::State::copy(const Snapshot& from) {
  Snapshot* to = free_snapshots.pop();
  *to = from;
  return to;
}

void SessionTable::State::defer(const Snapshot* snapshot, std::uint32_t slot) {
  Snapshot* reusable = snapshots + (snapshot - snapshots);
  // The token's release makes the unpublication visible to every worker that passes it.
  deferred.push({rte_rcu_qsbr_start(grace), reclaims, reusable, slot});
}

std::optional<Tag> SessionTable::reserve(std::uint8_t worker) {
  ensure(worker < state_->shape.readers, "the owner of a session is one of the workers");
  if (state_->free_slots.empty()) return std::nullopt;
  const std::uint32_t slot = state_->free_slots.pop();
  SessionRecord& record = records_[slot];
  GatewayTag tag = GatewayTag::unpack(Tag(record.head.tag.load(kRelaxed)));
  tag.worker = worker;
  // Relaxed; partner: find() by tag, which has acquired a snapshot published after this.
  record.head.tag.store(tag.pack().value(), kRelaxed);
  state_->uses[slot] = SlotUse::reserved;
  return tag.pack();
}

void SessionTable::release(Tag tag) {
  SessionRecord& record = state_->owned(tag, SlotUse::reserved);
  const auto slot = static_cast<std::uint32_t>(&record - records_);
  state_->end_generation(record);
  state_->uses[slot] = SlotUse::free;  // never published: no worker to wait for
  state_->free_slots.push(slot);
}

void SessionTable::install(Tag tag, const SessionKeys& keys, const Snapshot& first) {
  SessionRecord& record = state_->owned(tag, SlotUse::reserved);
  record.uplink_key = keys.uplink;
  record.downlink_key = keys.downlink;
  record.control.open_key = keys.control_open;
  start_counts(record);
  state_->uses[&record - records_] = SlotUse::live;
  // Release: keys, counts, window, tag and the snapshot's content; partner: acquire in find().
  record.head.snapshot.store(state_->copy(first), std::memory_order_release);
}

bool SessionTable::publish(Tag tag, const Snapshot& next) {
  SessionRecord& record = state_->owned(tag, SlotUse::live);
  if (state_->replaced == state_->most_replaced()) return false;
  const Snapshot* old = record.head.snapshot.load(kRelaxed);  // control's own store
  // Release: the new snapshot's content; partner: acquire in find().
  record.head.snapshot.store(state_->copy(next), std::memory_order_release);
  state_->defer(old, Deferred::kSlotLivesOn);
  ++state_->replaced;
  return true;
}

void SessionTable::remove(Tag tag) {
  SessionRecord& record = state_->owned(tag, SlotUse::live);
  const auto slot = static_cast<std::uint32_t>(&record - records_);
  const Snapshot* old = record.head.snapshot.load(kRelaxed);  // control's own store
  // Relaxed: null publishes nothing; partner: acquire in find().
  record.head.snapshot.store(nullptr, kRelaxed);
  state_->end_generation(record);
  state_->uses[slot] = SlotUse::leaving;
  state_->defer(old, slot);
}

void SessionTable::State::free_one(const Deferred& item) {
  free_snapshots.push(item.snapshot);
  if (item.slot == Deferred::kSlotLivesOn) {
    --replaced;
    return;
  }
  wipe_keys(records[item.slot]);
  uses[item.slot] = SlotUse::free;
  free_slots.push(item.slot);
}

std::size_t SessionTable::reclaim() {
  ++state_->reclaims;
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
  const SessionRecord* record = this->record(tag);
  if (record == nullptr || find(tag, *record) == nullptr) return std::nullopt;
  // Relaxed loads; partner: the owner worker's relaxed stores. Each figure is whole, no two need be
  // of the same packet.
  const UplinkLine& up = record->uplink;
  const DownlinkLine& down = record->downlink;
  HealthSample out;
  out.bound_version = StateVersion::unpack(up.bound_version.load(kRelaxed));
  out.received = up.received.load(kRelaxed);
  out.peer_sent = up.peer_sent.load(kRelaxed);
  out.received_at_ask = up.received_at_ask.load(kRelaxed);
  out.evidence_at = Instant{up.evidence_ns.load(kRelaxed)};
  out.bytes_up = up.bytes.load(kRelaxed);
  out.bytes_down = down.bytes.load(kRelaxed);
  out.send_counter = down.send_counter.load(kRelaxed);
  return out;
}

std::uint32_t SessionTable::free_slots() const {
  return static_cast<std::uint32_t>(state_->free_slots.size());
}

// ---- workers -----------------------------------------------------------------------------------

void SessionTable::reader_online(std::uint32_t reader) {
  ensure(reader < state_->shape.readers, "each worker has a reader number of its own");
  rte_rcu_qsbr_thread_online(state_->grace, reader);
}

void SessionTable::reader_offline(std::uint32_t reader) {
  ensure(reader < state_->shape.readers, "each worker has a reader number of its own");
  rte_rcu_qsbr_thread_offline(state_->grace, reader);
}

void SessionTable::quiescent(std::uint32_t reader) {
  // Release of this worker's counter; partner: the check in reclaim().
  rte_rcu_qsbr_quiescent(state_->grace, reader);
}

}  // namespace jvpn
