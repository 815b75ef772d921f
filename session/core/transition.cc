// SPDX-License-Identifier: Apache-2.0
#include "session/core/transition.h"

#include <array>

#include "session/core/transition_table.h"

namespace jvpn {
namespace {

constexpr std::uint8_t kUndefined = 0xff;
using Lookup = std::array<std::array<std::uint8_t, kEventCount>, kStateCount>;

/// Row of the table for each pair. Does not compile when two rows define the same pair.
consteval Lookup build_lookup() {
  Lookup lookup;
  for (auto& row : lookup) row.fill(kUndefined);
  for (std::size_t i = 0; i < std::size(kTransitions); ++i) {
    const Transition& row = kTransitions[i];
    auto& cell = lookup[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.event)];
    if (cell != kUndefined) throw "two rows define the same pair";
    cell = static_cast<std::uint8_t>(i);
  }
  return lookup;
}
constexpr Lookup kLookup = build_lookup();

consteval bool terminated_is_absorbing() {
  for (const Transition& row : kTransitions) {
    if (row.from == State::terminated) return false;
  }
  return true;
}
static_assert(terminated_is_absorbing());

consteval bool every_live_state_can_end() {
  for (std::size_t state = 0; state < static_cast<std::size_t>(State::terminated); ++state) {
    if (kLookup[state][static_cast<std::size_t>(Event::ended)] == kUndefined) return false;
  }
  return true;
}
static_assert(every_live_state_can_end());

}  // namespace

std::span<const Transition> all_transitions() {
  return kTransitions;
}

std::optional<Transition> next(State from, Event event) {
  const auto state_index = static_cast<std::size_t>(from);
  const auto event_index = static_cast<std::size_t>(event);
  if (state_index >= kStateCount || event_index >= kEventCount) return std::nullopt;
  const std::uint8_t row = kLookup[state_index][event_index];
  if (row == kUndefined) return std::nullopt;
  return kTransitions[row];
}

}  // namespace jvpn
