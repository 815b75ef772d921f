// SPDX-License-Identifier: Apache-2.0
// What a mailbox keeps in the caller's memory; private to mailbox*.cc.
//
// Each lane is two rings through which its cells go there and back, and the producer's stack of
// those that lie idle. Each of the three holds every cell, so handing over and giving back can
// never fail. Release and acquire are rte_ring's: the store of a ring's tail by one side, its load
// by the other.
#pragma once

#include <algorithm>
#include <array>
#include <new>
#include <span>
#include <utility>

#include "base/ensure.h"
#include "session/shared/fixed_stack.h"
#include "session/shared/mailbox.h"
#include "session/shared/ring_lines.h"
#include "session/shared/ring_memory.h"

namespace jvpn {

/// `count` cells of one kind on their way from a producer to a consumer and back.
template <class Cell>
class MailboxLane {
 public:
  explicit MailboxLane(std::uint32_t count) : count_(count) {}

  void lay_out(Arena& arena) {
    cells_ = arena.take<Cell>(count_);
    idle_ = {arena.take<Cell*>(count_), count_};
    free_ = take_ring(arena, count_);
    full_ = take_ring(arena, count_);
  }
  bool start() {
    if (!start_ring(free_, "free", count_) || !start_ring(full_, "full", count_)) return false;
    for (std::uint32_t i = count_; i-- > 0;) idle_.push(new (cells_ + i) Cell);
    return true;
  }
  bool has(const Cell* cell) const { return cell >= cells_ && cell < cells_ + count_; }

  // ---- producer ----
  /// Null when the consumer has all of them.
  Cell* begin() {
    if (until_look_ == 0 || idle_.empty()) fetch_returned();
    --until_look_;
    expect_enqueue(*full_);
    return idle_.empty() ? nullptr : idle_.pop();
  }
  void abandon(Cell* cell) { idle_.push(cell); }
  void hand_over(Cell* cell) {
    ensure(rte_ring_sp_enqueue(full_, cell) == 0, "a lane's ring holds all of its cells");
  }
  /// What begin() will probably give next; null: not known.
  Cell* next() const { return idle_.empty() ? nullptr : idle_.top(); }

  // ---- consumer ----
  void expect() const { expect_dequeue(*full_); }
  std::size_t take(std::span<Cell*> out) {
    return rte_ring_sc_dequeue_burst(full_, reinterpret_cast<void**>(out.data()),
                                     static_cast<unsigned>(out.size()), nullptr);
  }
  void give_back(Cell* cell) {
    ensure(rte_ring_sp_enqueue(free_, cell) == 0, "a lane's ring holds all of its cells");
  }

 private:
  /// Cells between two looks at what came back, which costs a cache line that the consumer wrote.
  static constexpr std::uint32_t kLook = 32;

  /// What came back last is used first: of a lane's megabytes only as many cells stay in the cache
  /// as are under way.
  void fetch_returned() {
    until_look_ = kLook;
    std::array<Cell*, kLook> returned;
    for (std::size_t count = kLook; count == kLook;) {
      count = rte_ring_sc_dequeue_burst(free_, reinterpret_cast<void**>(returned.data()), kLook,
                                        nullptr);
      for (Cell* cell : std::span(returned).first(count)) idle_.push(cell);
    }
  }

  std::uint32_t count_;
  Cell* cells_ = nullptr;
  rte_ring* free_ = nullptr;            ///< consumer -> producer
  rte_ring* full_ = nullptr;            ///< producer -> consumer
  alignas(64) FixedStack<Cell*> idle_;  ///< the producer's, as is the next
  std::uint32_t until_look_ = 0;        ///< calls of begin() until it looks for returned cells
};

struct Mailbox::State {
  std::array<MailboxLane<PuntCell>, kPuntClasses> punt;
  MailboxLane<InjectCell> inject;

  explicit State(const Shape& shape)
      : punt(lanes_of(shape, std::make_index_sequence<kPuntClasses>())),
        inject(shape.inject_cells) {}

  void lay_out(Arena& arena) {
    for (auto& lane : punt) lane.lay_out(arena);
    inject.lay_out(arena);
  }

  bool start() {
    return std::ranges::all_of(punt, [](auto& lane) { return lane.start(); }) && inject.start();
  }

  /// By address, not by `kind`: a cell returns to its own class whatever was written into it.
  MailboxLane<PuntCell>& of(const PuntCell* cell) {
    const auto owner =
        std::ranges::find_if(punt, [cell](const auto& lane) { return lane.has(cell); });
    ensure(owner != punt.end(), "a punt cell belongs to its mailbox");
    return *owner;
  }

 private:
  template <std::size_t... kKind>
  static std::array<MailboxLane<PuntCell>, kPuntClasses> lanes_of(const Shape& shape,
                                                                  std::index_sequence<kKind...>) {
    constexpr auto kControl = static_cast<std::size_t>(PuntClass::control);
    return {MailboxLane<PuntCell>(kKind == kControl ? shape.control_cells : shape.punt_cells)...};
  }
};

}  // namespace jvpn
