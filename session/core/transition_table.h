// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from session/core/transitions.toml. Not to be edited.
#pragma once

#include "session/core/transition.h"

namespace jvpn {

/// Every defined pair. `none`: the event brings its own reason.
inline constexpr Transition kTransitions[] = {
    {State::birth, Event::confirmed, State::attached, Reason::attached_to_transport},
    {State::attached, Event::loss_high, State::volatile_, Reason::loss_threshold_exceeded},
    {State::attached, Event::drops_in_row, State::volatile_, Reason::consecutive_drop_exceeded},
    {State::attached, Event::evidence_late, State::volatile_, Reason::heartbeat_timeout},
    {State::attached, Event::latency_high, State::volatile_, Reason::latency_threshold_exceeded},
    {State::attached, Event::jump_proven, State::volatile_, Reason::peer_transport_changed},
    {State::volatile_, Event::in_bounds, State::attached, Reason::health_recovered},
    {State::degraded, Event::in_bounds, State::attached, Reason::health_recovered},
    {State::volatile_, Event::volatile_too_long, State::degraded, Reason::volatile_persisted},
    {State::volatile_, Event::transport_dead, State::recovering, Reason::dead_transport_recovery},
    {State::degraded, Event::transport_dead, State::recovering, Reason::dead_transport_recovery},
    {State::volatile_, Event::switch_begins, State::recovering, Reason::loss_recovery},
    {State::degraded, Event::switch_begins, State::recovering, Reason::loss_recovery},
    {State::volatile_, Event::policy_forces, State::recovering, Reason::policy_forced_recovery},
    {State::degraded, Event::policy_forces, State::recovering, Reason::policy_forced_recovery},
    {State::degraded, Event::retry, State::recovering, Reason::recovery_retry},
    {State::recovering, Event::reattached, State::attached, Reason::reattach_success},
    {State::recovering, Event::denied, State::degraded, Reason::none},
    {State::recovering, Event::recovery_deadline, State::degraded,
     Reason::recovery_window_exceeded},
    {State::recovering, Event::recovery_deadline_end, State::terminated,
     Reason::recovery_window_exceeded},
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

}  // namespace jvpn
