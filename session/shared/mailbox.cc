// SPDX-License-Identifier: Apache-2.0
#include "session/shared/mailbox.h"

#include "base/prefetch.h"
#include "session/core/wire.h"
#include "session/shared/mailbox_state.h"

namespace jvpn {
namespace {

/// What nearly all messages reach.
void prefetch_usual(PuntCell* cell) {
  constexpr std::size_t kReach = offsetof(PuntCell, bytes) + kRequestSize;
  auto* const begin = reinterpret_cast<std::uint8_t*>(cell);
  for (std::size_t at = 0; at < kReach; at += alignof(PuntCell)) prefetch_to_write(begin + at);
}

}  // namespace

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
  prefetch_usual(punts.lane.behind(cell));
}

void Mailbox::abandon(PuntCell* cell) {
  state_->of(cell).abandoned.push(cell);
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
}

std::size_t Mailbox::take_punted(PuntClass kind, std::span<PuntCell*> cells) {
  return state_->punt[static_cast<std::size_t>(kind)].lane.take(cells);
}

void Mailbox::done(std::span<PuntCell*> cells) {
  for (PuntCell* cell : cells) state_->of(cell).lane.give_back(cell);
}

}  // namespace jvpn
