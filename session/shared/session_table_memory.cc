// SPDX-License-Identifier: Apache-2.0
// The table's memory: how much, what lies where, and that no key stays in it.
#include <new>
#include <utility>

#include "session/shared/session_table_state.h"

namespace jvpn {
namespace {

bool valid(const TableShape& shape) {
  return shape.slots >= 1 && shape.slots <= GatewayTag::kMaxSlots && shape.readers >= 1 &&
         shape.readers <= kMaxWorkers;
}

}  // namespace

void wipe_keys(TableRecord& record) {
  wipe_key(record.uplink_key);
  wipe_key(record.downlink_key);
  sodium_memzero(record.control.open_key.data(), record.control.open_key.size());
}

void wipe_keys(StagedKeys& keys) {
  wipe_key(keys.uplink_key);
  wipe_key(keys.downlink_key);
}

void SessionTable::State::lay_out(Arena& arena) {
  grace =
      reinterpret_cast<rte_rcu_qsbr*>(arena.take_bytes(rte_rcu_qsbr_get_memsize(shape.readers)));
  occupants = arena.take<Occupant>(shape.slots);
  records = arena.take<TableRecord>(shape.slots);
  snapshots = arena.take<Snapshot>(snapshot_count());
  key_blocks = arena.take<StagedKeys>(key_block_count());
  uses = arena.take<SlotUse>(shape.slots);
  slot_keys = arena.take<SlotKeys>(shape.slots);
  free_slots = {arena.take<std::uint32_t>(shape.slots), shape.slots};
  free_snapshots = {arena.take<Snapshot*>(snapshot_count()), snapshot_count()};
  free_key_blocks = {arena.take<StagedKeys*>(key_block_count()), key_block_count()};
  const std::size_t most = snapshot_count() + key_block_count();
  deferred = {arena.take<Deferred>(most), most};
  lanes = arena.take<RetireLane>(shape.readers);
  for (std::uint32_t reader = 0; reader < shape.readers; ++reader) {
    const RetireLane lane{take_ring(arena, key_block_count()), take_ring(arena, key_block_count())};
    if (lane.retiring != nullptr) lanes[reader] = lane;  // null: a counting run
  }
}

void SessionTable::State::fill() {
  for (std::uint32_t slot = 0; slot < shape.slots; ++slot) {
    new (records + slot) TableRecord;
    (new (occupants + slot) Occupant)->set_tag(GatewayTag{shape.node, 0, slot, 1}.pack());
    uses[slot] = SlotUse::free;
    new (slot_keys + slot) SlotKeys;
    free_slots.push(slot);
  }
  for (std::uint32_t i = 0; i < key_block_count(); ++i) {
    free_key_blocks.push(new (key_blocks + i) StagedKeys);
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
  if (!state->start_lanes()) return fail("rte_ring_init failed");
  if (rte_rcu_qsbr_init(state->grace, shape.readers) != 0) return fail("rte_rcu_qsbr_init failed");
  for (std::uint32_t reader = 0; reader < shape.readers; ++reader) {
    rte_rcu_qsbr_thread_register(state->grace, reader);
  }
  return SessionTable(state);
}

SessionTable::SessionTable(State* state)
    : state_(state),
      occupants_(state->occupants),
      records_(state->records),
      slots_(state->shape.slots),
      node_(state->shape.node) {}

SessionTable::SessionTable(SessionTable&& other) noexcept {
  *this = std::move(other);
}

SessionTable& SessionTable::operator=(SessionTable&& other) noexcept {
  std::swap(state_, other.state_);
  std::swap(occupants_, other.occupants_);
  std::swap(records_, other.records_);
  std::swap(slots_, other.slots_);
  std::swap(node_, other.node_);
  return *this;
}

SessionTable::~SessionTable() {
  if (state_ == nullptr) return;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    const SlotUse use = state_->uses[slot];
    if (use == SlotUse::live || use == SlotUse::leaving) wipe_keys(records_[slot]);
  }
  for (std::uint32_t i = 0; i < state_->key_block_count(); ++i) wipe_keys(state_->key_blocks[i]);
}

}  // namespace jvpn
