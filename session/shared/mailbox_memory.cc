// SPDX-License-Identifier: Apache-2.0
// The mailbox's memory: how much, and what lies where. Before the first packet.
#include <utility>

#include "session/shared/mailbox_state.h"

namespace jvpn {
namespace {

bool valid(const Mailbox::Shape& shape) {
  const auto possible = [](std::uint32_t cells) {
    return cells >= 1 && cells <= Mailbox::kMaxCells;
  };
  return possible(shape.punt_cells) && possible(shape.control_cells) &&
         possible(shape.inject_cells);
}

}  // namespace

Mailbox::Shape Mailbox::shape_for(std::uint32_t workers) {
  Shape shape;
  const std::uint32_t share = (kStormSessions + workers - 1) / workers;
  shape.control_cells = std::max(shape.control_cells, share);
  return shape;
}

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

}  // namespace jvpn
