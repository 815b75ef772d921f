// SPDX-License-Identifier: Apache-2.0
// Each lane is two rings between which its cells circulate; together they hold every cell, so
// handing over and giving back can never fail. Release and acquire are rte_ring's: the store of a
// ring's tail by one side, its load by the other.
#include "session/shared/mailbox.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "base/ensure.h"
#include "session/shared/fixed_queue.h"
#include "session/shared/ring_memory.h"

namespace jvpn {
namespace {

/// `count` cells of one kind on their way from a producer to a consumer and back.
template <class Cell>
struct Lane {
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

bool valid(const Mailbox::Shape& shape) {
  const auto possible = [](std::uint32_t cells) {
    return cells >= 1 && cells <= Mailbox::kMaxCells;
  };
  return possible(shape.punt_cells) && possible(shape.inject_cells);
}

}  // namespace

struct Mailbox::State {
  /// A class's lane, and what the worker took and did not use: giving that back through the ring of
  /// free cells would make the worker its second producer.
  struct Punt {
    Lane<PuntCell> lane;
    FixedQueue<PuntCell*> abandoned;
  };
  std::array<Punt, kPuntClasses> punt;
  Lane<InjectCell> inject;

  explicit State(const Shape& shape) {
    for (Punt& punts : punt) punts.lane.count = shape.punt_cells;
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

std::size_t Mailbox::memory_size(const Shape& shape) {
  if (!valid(shape)) return 0;
  Arena counting;
  counting.take<State>(1);
  State(shape).lay_out(counting);
  return counting.used();
}

Result<Mailbox> Mailbox::create(ByteSpan memory, const Shape& shape) {
  if (!valid(shape)) return fail("mailbox: 1..65536 cells per class are possible");
  if (!fits(memory, memory_size(shape))) {
    return fail("mailbox: memory is smaller than memory_size() or not 64-aligned");
  }
  Arena arena(memory.data());
  auto* state = new (arena.take<State>(1)) State(shape);
  state->lay_out(arena);
  if (!state->start()) return fail("mailbox: rte_ring_init failed");
  return Mailbox(state);
}

Mailbox::Mailbox(State* state) : state_(state) {}
Mailbox::Mailbox(Mailbox&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
Mailbox& Mailbox::operator=(Mailbox&& other) noexcept {
  state_ = std::exchange(other.state_, nullptr);
  return *this;
}
Mailbox::~Mailbox() = default;

// ---- worker ------------------------------------------------------------------------------------

PuntCell* Mailbox::begin_punt(PuntClass kind) {
  State::Punt& punts = state_->punt[static_cast<std::size_t>(kind)];
  PuntCell* cell = punts.abandoned.empty() ? punts.lane.begin() : punts.abandoned.pop();
  if (cell != nullptr) cell->kind = kind;
  return cell;
}

void Mailbox::punt(PuntCell* cell) {
  State::Punt& punts = state_->of(cell);
  cell->kind = static_cast<PuntClass>(&punts - state_->punt.data());
  punts.lane.hand_over(cell);
}

void Mailbox::abandon(PuntCell* cell) {
  state_->of(cell).abandoned.push(cell);
}

std::size_t Mailbox::take_injected(std::span<InjectCell*> cells) {
  return state_->inject.take(cells);
}

void Mailbox::done(std::span<InjectCell*> cells) {
  for (InjectCell* cell : cells) {
    ensure(state_->inject.has(cell), "an inject cell belongs to its mailbox");
    state_->inject.give_back(cell);
  }
}

// ---- control thread ----------------------------------------------------------------------------

InjectCell* Mailbox::begin_inject() {
  return state_->inject.begin();
}

void Mailbox::inject(InjectCell* cell) {
  ensure(state_->inject.has(cell), "an inject cell belongs to its mailbox");
  state_->inject.hand_over(cell);
}

std::size_t Mailbox::take_punted(PuntClass kind, std::span<PuntCell*> cells) {
  return state_->punt[static_cast<std::size_t>(kind)].lane.take(cells);
}

void Mailbox::done(std::span<PuntCell*> cells) {
  for (PuntCell* cell : cells) state_->of(cell).lane.give_back(cell);
}

}  // namespace jvpn
