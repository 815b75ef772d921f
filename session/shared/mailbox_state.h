// SPDX-License-Identifier: Apache-2.0
// What a mailbox keeps in the caller's memory; private to mailbox*.cc.
//
// Each lane is two rings between which its cells circulate; together they hold every cell, so
// handing over and giving back can never fail. Release and acquire are rte_ring's: the store of a
// ring's tail by one side, its load by the other.
#pragma once

#include <algorithm>
#include <array>
#include <new>

#include "base/ensure.h"
#include "session/shared/fixed_queue.h"
#include "session/shared/mailbox.h"
#include "session/shared/ring_memory.h"

namespace jvpn {

/// `count` cells of one kind on their way from a producer to a consumer and back.
template <class Cell>
struct MailboxLane {
  std::uint32_t count = 0;
  Cell* cells = nullptr;
  rte_ring* free = nullptr;  ///< consumer -> producer
  rte_ring* full = nullptr;  ///< producer -> consumer

  void lay_out(Arena& arena) {
    cells = arena.take<Cell>(count);
    free = take_ring(arena, count);
    full = take_ring(arena, count);
  }

  bool start() {
    if (!start_ring(free, "free", count) || !start_ring(full, "full", count)) return false;
    for (std::uint32_t i = 0; i < count; ++i) give_back(new (cells + i) Cell);
    return true;
  }

  bool has(const Cell* cell) const { return cell >= cells && cell < cells + count; }

  Cell* begin() {
    void* cell = nullptr;
    return rte_ring_sc_dequeue(free, &cell) == 0 ? static_cast<Cell*>(cell) : nullptr;
  }
  /// Cells circulate in the order in which they lie, but for a few: who takes `cell` will probably
  /// take the one behind it next, which of all was used longest ago.
  Cell* behind(Cell* cell) const { return cell + 1 == cells + count ? cells : cell + 1; }
  void hand_over(Cell* cell) {
    ensure(rte_ring_sp_enqueue(full, cell) == 0, "a lane's ring holds all of its cells");
  }
  std::size_t take(std::span<Cell*> out) {
    return rte_ring_sc_dequeue_burst(full, reinterpret_cast<void**>(out.data()),
                                     static_cast<unsigned>(out.size()), nullptr);
  }
  void give_back(Cell* cell) {
    ensure(rte_ring_sp_enqueue(free, cell) == 0, "a lane's ring holds all of its cells");
  }
};

struct Mailbox::State {
  /// A class's lane, and what the worker took and did not use: giving that back through the ring of
  /// free cells would make the worker its second producer.
  struct Punt {
    MailboxLane<PuntCell> lane;
    FixedQueue<PuntCell*> abandoned;
  };
  std::array<Punt, kPuntClasses> punt;
  MailboxLane<InjectCell> inject;

  explicit State(const Shape& shape) {
    for (Punt& punts : punt) punts.lane.count = shape.punt_cells;
    punt[static_cast<std::size_t>(PuntClass::control)].lane.count = shape.control_cells;
    inject.count = shape.inject_cells;
  }

  void lay_out(Arena& arena) {
    for (Punt& punts : punt) {
      punts.lane.lay_out(arena);
      punts.abandoned = {arena.take<PuntCell*>(punts.lane.count), punts.lane.count};
    }
    inject.lay_out(arena);
  }

  bool start() {
    for (Punt& punts : punt) {
      if (!punts.lane.start()) return false;
    }
    return inject.start();
  }

  /// By address, not by `kind`: a cell returns to its own class whatever was written into it.
  Punt& of(const PuntCell* cell) {
    const auto owner =
        std::ranges::find_if(punt, [cell](const Punt& punts) { return punts.lane.has(cell); });
    ensure(owner != punt.end(), "a punt cell belongs to its mailbox");
    return *owner;
  }
};

}  // namespace jvpn
