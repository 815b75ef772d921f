// SPDX-License-Identifier: Apache-2.0
// What the session table keeps in the caller's memory; private to session_table.cc.
//
//   | State | grace period | records | snapshots | slot uses | free slots | free snapshots |
//   deferred |
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

#include "session/shared/arena.h"
#include "session/shared/fixed_queue.h"
#include "session/shared/session_table.h"

namespace jvpn {

inline constexpr std::uint32_t kSpareSnapshots = 64;

enum class SlotUse : std::uint8_t { free, reserved, live, leaving };

/// A snapshot that some worker may still be reading.
struct Deferred {
  static constexpr std::uint32_t kSlotLivesOn = 0xffffffff;
  std::uint64_t token = 0;  ///< of rte_rcu_qsbr: reusable when every worker has passed it
  std::uint64_t since = 0;  ///< reclaim() calls before it was deferred
  Snapshot* snapshot = nullptr;
  std::uint32_t slot = kSlotLivesOn;  ///< the slot that leaves with it
};

struct SessionTable::State {
  TableShape shape;
  rte_rcu_qsbr* grace = nullptr;
  SessionRecord* records = nullptr;
  Snapshot* snapshots = nullptr;
  SlotUse* uses = nullptr;
  FixedQueue<std::uint32_t> free_slots;
  FixedQueue<Snapshot*> free_snapshots;
  FixedQueue<Deferred> deferred;
  std::uint64_t reclaims = 0;
  std::size_t replaced = 0;  ///< deferred snapshots whose slot lives on

  std::size_t snapshot_count() const { return 2 * std::size_t{shape.slots} + kSpareSnapshots; }
  std::size_t most_replaced() const { return std::size_t{shape.slots} + kSpareSnapshots; }

  /// Takes every array from `arena`.
  void lay_out(Arena& arena);
  /// Constructs records and snapshots and fills the free lists.
  void fill();

  SessionRecord& owned(Tag tag, SlotUse expected);
  void end_generation(SessionRecord& record);
  Snapshot* copy(const Snapshot& from);
  void defer(const Snapshot* snapshot, std::uint32_t slot);
  void free_one(const Deferred& item);
};

}  // namespace jvpn
