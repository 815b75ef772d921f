// SPDX-License-Identifier: Apache-2.0
// The workers' calls of the session table: nothing here allocates, waits or leaves the process.
#include "base/ensure.h"
#include "session/shared/session_table_state.h"

namespace jvpn {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

/// Blocks that a worker moves in one turn, 3 KiB each.
constexpr unsigned kMovesPerTurn = 4;

/// Owner worker. Relaxed: its own figures, which control samples one by one.
void move_keys(const StagedKeys& from, TableRecord& to) {
  const auto copy = [](auto& into, const auto& value) {
    into.store(value.load(kRelaxed), kRelaxed);
  };
  to.uplink_key = from.uplink_key;
  to.downlink_key = from.downlink_key;
  to.uplink.key.replay = from.opening.replay;
  copy(to.uplink.key.blocks, from.opening.blocks);
  copy(to.uplink.key.failed_opens, from.opening.failed_opens);
  copy(to.downlink.key.next_counter, from.sealing.next_counter);
  copy(to.downlink.key.blocks, from.sealing.blocks);
  copy(to.downlink.key.key_epoch, from.sealing.key_epoch);
  // Release: the counts before their epoch; partner: acquire in SessionTable::sample().
  to.uplink.key.key_epoch.store(from.opening.key_epoch.load(kRelaxed), std::memory_order_release);
}

}  // namespace

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

void SessionTable::move_retired(std::uint32_t reader) {
  const RetireLane& lane = state_->lanes[reader];
  void* blocks[kMovesPerTurn];
  // Acquire (in the ring); partner: enqueue in retire_keys().
  const unsigned count = rte_ring_sc_dequeue_burst(lane.retiring, blocks, kMovesPerTurn, nullptr);
  for (unsigned i = 0; i < count; ++i) {
    auto* const block = static_cast<StagedKeys*>(blocks[i]);
    TableRecord& record = records_[GatewayTag::unpack(block->tag).slot];
    // Removed meanwhile? Then the slot may have another session by now.
    if (find(block->tag) != nullptr) move_keys(*block, record);
    ensure(rte_ring_sp_enqueue(lane.moved, block) == 0, "a lane has room for every block");
  }
}

}  // namespace jvpn
