// SPDX-License-Identifier: Apache-2.0
// The one transition table. A pure function over plain values: gateway and client run the same one,
// each on its own observations. The table itself, its states and its events come from
// transitions.toml (scripts/generate_tables.py), as do docs/SESSION.md's and the formal model's.
//
//          confirmed           loss, drops, silence, proven jump             persisted
//   BIRTH ----------> ATTACHED -----------------------------------> VOLATILE ----------> DEGRADED
//                       ^   ^---------------- recovered -------------'  |                 |  ^
//                       |                                               v                 v  |
//                       '-------------- reattach success ----------- RECOVERING <---------'  |
//                                                                       '----- denied, late -'
//   any but TERMINATED ----- lifetime, TTL, operator, peer, security, ... -----> TERMINATED
#pragma once

#include <optional>
#include <span>

#include "session/core/event.h"
#include "session/core/reason.h"
#include "session/core/state.h"

namespace jvpn {

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

}  // namespace jvpn
