// SPDX-License-Identifier: Apache-2.0
// What the session table keeps in the caller's memory; private to session_table*.cc.
//
//   | State | grace period | occupants | records | snapshots | key blocks | slot uses | blocks by
//   slot | | free slots | free snapshots | free key blocks | deferred | rings of key blocks, per
//   worker |
//
// A slot's life (control thread):
//
//   free --reserve--> reserved --install--> live --remove--> leaving --reclaim--> free
//     ^----------------release-----|
//
// A snapshot is free, live in one record, or deferred: replaced (the slot lives on) or leaving with
// its slot. There are two per slot and kSpareSnapshots more; publish() refuses when one per slot
// and the spare ones are all replaced and waiting, so install() always finds one.
#pragma once

#include <rte_rcu_qsbr.h>

#include <algorithm>
#include <array>

#include "session/core/limits.h"
#include "session/shared/arena.h"
#include "session/shared/fixed_queue.h"
#include "session/shared/fixed_stack.h"
#include "session/shared/ring_memory.h"
#include "session/shared/session_table.h"

namespace jvpn {

inline constexpr std::uint32_t kSpareSnapshots = 64;

enum class SlotUse : std::uint8_t { free, reserved, live, leaving };

enum class BlockUse : std::uint8_t { reserved, staged, retiring };

/// The key block that a slot has.
struct SlotKeys {
  StagedKeys* block = nullptr;  ///< null: none
  BlockUse use = BlockUse::reserved;
};

/// Key blocks on their way to a worker that moves them, and back.
struct RetireLane {
  rte_ring* retiring = nullptr;  ///< control -> worker
  rte_ring* moved = nullptr;     ///< worker -> control
};

/// What some worker may still be reading: a snapshot, a key block, or both with their slot.
struct Deferred {
  static constexpr std::uint32_t kSlotLivesOn = 0xffffffff;
  std::uint64_t token = 0;            ///< of rte_rcu_qsbr: reusable when every worker has passed it
  std::uint64_t since = 0;            ///< reclaim() calls before it was deferred
  Snapshot* snapshot = nullptr;       ///< null: none
  StagedKeys* keys = nullptr;         ///< null: none
  std::uint32_t slot = kSlotLivesOn;  ///< the slot that leaves with it
};

struct SessionTable::State {
  TableShape shape;
  rte_rcu_qsbr* grace = nullptr;
  Occupant* occupants = nullptr;  ///< by slot, as records
  TableRecord* records = nullptr;
  Snapshot* snapshots = nullptr;
  SlotUse* uses = nullptr;
  StagedKeys* key_blocks = nullptr;
  SlotKeys* slot_keys = nullptr;
  RetireLane* lanes = nullptr;  ///< by reader
  FixedQueue<std::uint32_t> free_slots;
  FixedQueue<StagedKeys*> free_key_blocks;
  FixedStack<Snapshot*> free_snapshots;  ///< what was used last is still in some cache
  FixedQueue<Deferred> deferred;
  std::array<std::uint32_t, kMaxWorkers> owned_by{};  ///< live sessions, by worker
  std::uint64_t reclaims = 0;
  std::size_t replaced = 0;  ///< deferred snapshots whose slot lives on

  std::size_t snapshot_count() const { return 2 * std::size_t{shape.slots} + kSpareSnapshots; }
  /// A rekey takes seconds in minutes: one session in sixteen may be in the midst of one.
  std::uint32_t key_block_count() const { return std::max(1u, shape.slots / 16); }
  std::size_t most_replaced() const { return std::size_t{shape.slots} + kSpareSnapshots; }

  /// Takes every array from `arena`.
  void lay_out(Arena& arena);
  /// Constructs records and snapshots and fills the free lists.
  void fill();

  TableRecord& owned(Tag tag, SlotUse expected);
  /// The next session in the slot has another tag.
  void end_generation(std::uint32_t slot);
  Snapshot* copy(const Snapshot& from);
  void defer(Deferred item);
  void free_one(const Deferred& item);
  /// Control's pointer to a published, immutable snapshot, for reuse.
  Snapshot* reusable(const Snapshot* snapshot) { return snapshots + (snapshot - snapshots); }

  // Keys (session_table_keys.cc).
  bool start_lanes();
  /// Workers find no staged keys any more.
  void hide_keys(std::uint32_t slot);
  /// What goes into the deferral of a slot that leaves; a reservation is given back at once.
  StagedKeys* take_keys_of(std::uint32_t slot);
  void collect_moved();
};

/// Traffic and control keys, out of memory.
void wipe_keys(TableRecord& record);
void wipe_keys(StagedKeys& keys);

/// A slot's first use of a key: nothing sealed, opened or failed. Before publication only.
void start_use(SealingUse& sealing, OpeningUse& opening, KeyEpoch epoch);

}  // namespace jvpn
