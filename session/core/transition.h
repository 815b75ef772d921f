// SPDX-License-Identifier: Apache-2.0
// The one transition table. A pure function over plain values: gateway and client run the same one,
// each on its own observations.
//
//            confirmed            loss, drops, silence, proven jump
//   BIRTH ------------> ATTACHED ---------------------------------> VOLATILE --persisted-->
//   DEGRADED
//                          ^  ^---------------- recovered -------------|  |                  |  ^
//                          |                                              v                  v  |
//                          +------------- reattach success ----------- RECOVERING <----------+  |
//                                                                         |------ denied, late -+
//   any live ----- lifetime, TTL, operator, peer, security, ... -----> TERMINATED
#pragma once

#include <optional>
#include <span>

#include "session/core/reason.h"
#include "session/core/state.h"

namespace jvpn {

enum class Event : std::uint8_t {
  confirmed,              ///< the client proved that it holds the handshake's keys
  loss_high,              ///< loss over the window above the threshold
  drops_in_row,           ///< N heartbeats in a row unanswered
  evidence_late,          ///< no fresh evidence for heartbeat_volatile_ms
  latency_high,           ///< p95 above the limit
  jump_proven,            ///< a proven reattach commits while ATTACHED: first of three steps
  in_bounds,              ///< healthy for the stability window
  volatile_too_long,      ///< volatile_to_degraded_ms passed
  transport_dead,         ///< no evidence for transport_dead_ms; the binding is removed
  switch_begins,          ///< a proven switch starts from VOLATILE or DEGRADED
  policy_forces,          ///< policy wants another transport
  retry,                  ///< DEGRADED tries again
  reattached,             ///< reattach proven and committed
  denied,                 ///< a proven reattach was denied and no binding is left
  recovery_deadline,      ///< the recovery window passed; goes to DEGRADED
  recovery_deadline_end,  ///< the same, where policy says terminate
  owner_acquired,         ///< this node became the owner
  ended,                  ///< any cause of termination; its reason comes along
};

struct Transition {
  State from;
  Event event;
  State to;
  Reason reason;  ///< `none`: the event brings its own (denied, ended)
};

/// All defined pairs, for documentation, tests and models.
std::span<const Transition> all_transitions();

/// Where `event` leads from `from`, or nothing: an undefined pair changes nothing.
std::optional<Transition> next(State from, Event event);

std::string_view to_string(Event event);

}  // namespace jvpn
