// SPDX-License-Identifier: Apache-2.0
#include "session/core/transition.h"

#include <array>

namespace jvpn {
namespace {

constexpr Transition kTable[] = {
    {State::birth, Event::confirmed, State::attached, Reason::attached_to_transport},

    {State::attached, Event::loss_high, State::volatile_, Reason::loss_threshold_exceeded},
    {State::attached, Event::drops_in_row, State::volatile_, Reason::consecutive_drop_exceeded},
    {State::attached, Event::evidence_late, State::volatile_, Reason::heartbeat_timeout},
    {State::attached, Event::latency_high, State::volatile_, Reason::latency_threshold_exceeded},
    {State::attached, Event::jump_proven, State::volatile_, Reason::peer_transport_changed},

    {State::volatile_, Event::in_bounds, State::attached, Reason::health_recovered},
    {State::volatile_, Event::volatile_too_long, State::degraded, Reason::volatile_persisted},
    {State::volatile_, Event::transport_dead, State::recovering, Reason::dead_transport_recovery},
    {State::volatile_, Event::switch_begins, State::recovering, Reason::loss_recovery},
    {State::volatile_, Event::policy_forces, State::recovering, Reason::policy_forced_recovery},

    {State::degraded, Event::in_bounds, State::attached, Reason::health_recovered},
    {State::degraded, Event::transport_dead, State::recovering, Reason::dead_transport_recovery},
    {State::degraded, Event::switch_begins, State::recovering, Reason::loss_recovery},
    {State::degraded, Event::policy_forces, State::recovering, Reason::policy_forced_recovery},
    {State::degraded, Event::retry, State::recovering, Reason::recovery_retry},

    {State::recovering, Event::reattached, State::attached, Reason::reattach_success},
    {State::recovering, Event::denied, State::degraded, Reason::none},
    {State::recovering, Event::recovery_deadline, State::degraded,
     Reason::recovery_window_exceeded},
    {State::recovering, Event::recovery_deadline_end, State::terminated,
     Reason::recovery_window_exceeded},

    // BIRTH is stored nowhere, so there is nothing of it that an owner could acquire.
    {State::attached, Event::owner_acquired, State::recovering, Reason::owner_acquired},
    {State::volatile_, Event::owner_acquired, State::recovering, Reason::owner_acquired},
    {State::degraded, Event::owner_acquired, State::recovering, Reason::owner_acquired},
    {State::recovering, Event::owner_acquired, State::recovering, Reason::owner_acquired},

    {State::birth, Event::ended, State::terminated, Reason::none},
    {State::attached, Event::ended, State::terminated, Reason::none},
    {State::volatile_, Event::ended, State::terminated, Reason::none},
    {State::degraded, Event::ended, State::terminated, Reason::none},
    {State::recovering, Event::ended, State::terminated, Reason::none},
};

constexpr std::size_t kStates = static_cast<std::size_t>(State::terminated) + 1;
constexpr std::size_t kEvents = static_cast<std::size_t>(Event::ended) + 1;
constexpr std::uint8_t kUndefined = 0xff;
using Lookup = std::array<std::array<std::uint8_t, kEvents>, kStates>;

/// Row of the table for each pair. Does not compile when two rows define the same pair.
consteval Lookup build_lookup() {
  Lookup lookup;
  for (auto& row : lookup) row.fill(kUndefined);
  for (std::size_t i = 0; i < std::size(kTable); ++i) {
    const Transition& row = kTable[i];
    auto& cell = lookup[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.event)];
    if (cell != kUndefined) throw "two rows define the same pair";
    cell = static_cast<std::uint8_t>(i);
  }
  return lookup;
}
constexpr Lookup kLookup = build_lookup();

consteval bool terminated_is_absorbing() {
  for (const Transition& row : kTable) {
    if (row.from == State::terminated) return false;
  }
  return true;
}
static_assert(terminated_is_absorbing());

}  // namespace

std::span<const Transition> all_transitions() {
  return kTable;
}

std::optional<Transition> next(State from, Event event) {
  const auto state_index = static_cast<std::size_t>(from);
  const auto event_index = static_cast<std::size_t>(event);
  if (state_index >= kStates || event_index >= kEvents) return std::nullopt;
  const std::uint8_t row = kLookup[state_index][event_index];
  if (row == kUndefined) return std::nullopt;
  return kTable[row];
}

std::string_view to_string(Event event) {
  static constexpr std::array<std::string_view, kEvents> kNames = {
      "confirmed",      "loss_high",     "drops_in_row",      "evidence_late",
      "latency_high",   "jump_proven",   "in_bounds",         "volatile_too_long",
      "transport_dead", "switch_begins", "policy_forces",     "retry",
      "reattached",     "denied",        "recovery_deadline", "recovery_deadline_end",
      "owner_acquired", "ended"};
  const auto index = static_cast<std::size_t>(event);
  return index < kEvents ? kNames[index] : "unknown_event";
}

}  // namespace jvpn
