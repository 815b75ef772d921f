// SPDX-License-Identifier: Apache-2.0
#include "session/shared/mailbox.h"

#include "base/prefetch.h"
#include "session/core/wire.h"
#include "session/shared/mailbox_state.h"

namespace jvpn {
namespace {

/// What nearly all messages reach of the cell that its producer will probably fill next: the
/// consumer read it last.
template <class Cell>
void fetch_next(const MailboxLane<Cell>& lane) {
  constexpr std::size_t kReach = offsetof(Cell, bytes) + kRequestSize;
  auto* const next = reinterpret_cast<std::uint8_t*>(lane.next());
  if (next == nullptr) return;
  for (std::size_t at = 0; at < kReach; at += alignof(Cell)) prefetch_to_write(next + at);
}

}  // namespace

// ---- worker ------------------------------------------------------------------------------------

PuntCell* Mailbox::begin_punt(PuntClass kind) {
  PuntCell* cell = state_->punt[static_cast<std::size_t>(kind)].begin();
  if (cell != nullptr) cell->kind = kind;
  return cell;
}

void Mailbox::punt(PuntCell* cell) {
  MailboxLane<PuntCell>& lane = state_->of(cell);
  cell->kind = static_cast<PuntClass>(&lane - state_->punt.data());
  lane.hand_over(cell);
  fetch_next(lane);
}

void Mailbox::abandon(PuntCell* cell) {
  state_->of(cell).abandon(cell);
}

void Mailbox::expect_injected() const {
  state_->inject.expect();
}

std::size_t Mailbox::take_injected(std::span<InjectCell*> cells) {
  return state_->inject.take(cells);
}

void Mailbox::done(std::span<InjectCell* const> cells) {
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
  fetch_next(state_->inject);
}

std::size_t Mailbox::take_punted(PuntClass kind, std::span<PuntCell*> cells) {
  return state_->punt[static_cast<std::size_t>(kind)].take(cells);
}

void Mailbox::done(std::span<PuntCell*> cells) {
  for (PuntCell* cell : cells) state_->of(cell).give_back(cell);
}

}  // namespace jvpn
