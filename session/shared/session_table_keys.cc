// SPDX-License-Identifier: Apache-2.0
// Second key epochs: staged beside a record's own keys, moved into it by its owner worker, whose
// alone the record's keys are once they are published.
#include "base/ensure.h"
#include "session/shared/session_table_state.h"

namespace jvpn {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint32_t slot_of(Tag tag) {
  return GatewayTag::unpack(tag).slot;
}

}  // namespace

void start_use(SealingUse& sealing, OpeningUse& opening, KeyEpoch epoch) {
  for (auto* count :
       {&sealing.next_counter, &sealing.blocks, &opening.blocks, &opening.failed_opens}) {
    count->store(0, kRelaxed);
  }
  sealing.key_epoch.store(epoch.value, kRelaxed);
  opening.key_epoch.store(epoch.value, kRelaxed);
  opening.replay.reset();
}

bool SessionTable::State::start_lanes() {
  for (std::uint32_t reader = 0; reader < shape.readers; ++reader) {
    if (!start_ring(lanes[reader].retiring, "retiring", key_block_count())) return false;
    if (!start_ring(lanes[reader].moved, "moved", key_block_count())) return false;
  }
  return true;
}

// ---- control thread ----------------------------------------------------------------------------

bool SessionTable::reserve_keys(Tag tag) {
  state_->owned(tag, SlotUse::live);
  SlotKeys& keys = state_->slot_keys[slot_of(tag)];
  if (keys.block != nullptr) return keys.use == BlockUse::reserved;
  if (state_->free_key_blocks.empty()) return false;
  keys = {state_->free_key_blocks.pop(), BlockUse::reserved};
  return true;
}

void SessionTable::stage_keys(Tag tag, KeyEpoch epoch, const SessionKeys& keys) {
  TableRecord& record = state_->owned(tag, SlotUse::live);
  SlotKeys& own = state_->slot_keys[slot_of(tag)];
  ensure(own.block != nullptr && own.use == BlockUse::reserved, "staged keys have room reserved");
  StagedKeys& block = *own.block;
  block.tag = tag;
  block.uplink_key = keys.uplink;
  block.downlink_key = keys.downlink;
  start_use(block.sealing, block.opening, epoch);
  own.use = BlockUse::staged;
  // Release: the whole block; partner: acquire in opening_key() and sealing_key().
  record.extras.staged.store(&block, std::memory_order_release);
  state_->occupants[slot_of(tag)].set(Trait::staged_keys, true);
}

void SessionTable::retire_keys(Tag tag) {
  state_->owned(tag, SlotUse::live);
  SlotKeys& own = state_->slot_keys[slot_of(tag)];
  ensure(own.block != nullptr && own.use == BlockUse::staged, "staged keys retire the old ones");
  own.use = BlockUse::retiring;
  // Release (in the ring) of the block's tag; partner: dequeue in move_retired().
  const RetireLane& lane = state_->lanes[GatewayTag::unpack(tag).worker];
  ensure(rte_ring_sp_enqueue(lane.retiring, own.block) == 0, "a lane has room for every block");
}

void SessionTable::drop_keys(Tag tag) {
  state_->owned(tag, SlotUse::live);
  ensure(state_->slot_keys[slot_of(tag)].block != nullptr, "only keys that are there are dropped");
  ensure(state_->slot_keys[slot_of(tag)].use != BlockUse::retiring, "retiring is not undone");
  StagedKeys* const staged = state_->take_keys_of(slot_of(tag));
  if (staged != nullptr) state_->defer({.keys = staged});
}

void SessionTable::State::hide_keys(std::uint32_t slot) {
  // Relaxed: null publishes nothing; partner: acquire in opening_key() and sealing_key().
  records[slot].extras.staged.store(nullptr, kRelaxed);
  occupants[slot].set(Trait::staged_keys, false);
}

StagedKeys* SessionTable::State::take_keys_of(std::uint32_t slot) {
  const SlotKeys own = std::exchange(slot_keys[slot], SlotKeys{});
  hide_keys(slot);
  if (own.block == nullptr) return nullptr;
  if (own.use == BlockUse::reserved) {
    free_key_blocks.push(own.block);  // never published: no worker to wait for
    return nullptr;
  }
  return own.use == BlockUse::staged ? own.block
                                     : nullptr;  // a retiring one comes back by its lane
}

void SessionTable::State::collect_moved() {
  for (std::uint32_t reader = 0; reader < shape.readers; ++reader) {
    void* moved = nullptr;
    // Acquire (in the ring) of the worker's last use; partner: enqueue in move_retired().
    while (rte_ring_sc_dequeue(lanes[reader].moved, &moved) == 0) {
      auto* const block = static_cast<StagedKeys*>(moved);
      const std::uint32_t slot = slot_of(block->tag);
      if (slot_keys[slot].block == block) {
        slot_keys[slot] = SlotKeys{};
        hide_keys(slot);
      }
      defer({.keys = block});
    }
  }
}

std::uint32_t SessionTable::free_key_blocks() const {
  return static_cast<std::uint32_t>(state_->free_key_blocks.size());
}

}  // namespace jvpn
