// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from session/core/transitions.toml. Not to be edited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jvpn {

enum class Event : std::uint8_t {
  confirmed,              ///< the client proved that it holds the handshake's keys
  loss_high,              ///< loss over the window above the threshold (20 samples or more)
  drops_in_row,           ///< N heartbeats in a row unanswered
  evidence_late,          ///< no fresh evidence for heartbeat_volatile_ms
  latency_high,           ///< p95 latency above the limit (optional)
  jump_proven,            ///< a proven reattach commits: first of three steps
  in_bounds,              ///< healthy for the stability window, on echoed evidence
  volatile_too_long,      ///< volatile_to_degraded_ms passed
  transport_dead,         ///< no evidence for transport_dead_ms; the binding is removed
  switch_begins,          ///< a proven switch starts while a binding lives
  policy_forces,          ///< policy wants another transport
  retry,                  ///< tries again without a binding
  reattached,             ///< reattach proven and committed
  denied,                 ///< a proven reattach was denied
  recovery_deadline,      ///< the recovery window passed, policy says degrade
  recovery_deadline_end,  ///< the recovery window passed, policy says terminate
  owner_acquired,         ///< this node became the owner, after failover or restart
  ended,                  ///< lifetime, TTL, operator, peer, policy, security, newer session
};
inline constexpr std::size_t kEventCount = 18;

/// For logs and tests; "unknown_event" for what is no event.
constexpr std::string_view to_string(Event value) {
  switch (value) {
    case Event::confirmed:
      return "confirmed";
    case Event::loss_high:
      return "loss_high";
    case Event::drops_in_row:
      return "drops_in_row";
    case Event::evidence_late:
      return "evidence_late";
    case Event::latency_high:
      return "latency_high";
    case Event::jump_proven:
      return "jump_proven";
    case Event::in_bounds:
      return "in_bounds";
    case Event::volatile_too_long:
      return "volatile_too_long";
    case Event::transport_dead:
      return "transport_dead";
    case Event::switch_begins:
      return "switch_begins";
    case Event::policy_forces:
      return "policy_forces";
    case Event::retry:
      return "retry";
    case Event::reattached:
      return "reattached";
    case Event::denied:
      return "denied";
    case Event::recovery_deadline:
      return "recovery_deadline";
    case Event::recovery_deadline_end:
      return "recovery_deadline_end";
    case Event::owner_acquired:
      return "owner_acquired";
    case Event::ended:
      return "ended";
  }
  return "unknown_event";
}

}  // namespace jvpn
