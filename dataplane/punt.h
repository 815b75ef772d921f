// SPDX-License-Identifier: Apache-2.0
// To the control thread: handshakes as they came, control messages opened, hints and neighbour
// frames. Each class has a ring of its own; a full one is a counted drop.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane handshake: INIT and CONFIRM, unopened.
void punt_handshakes(Turn& turn, const Link& link, Burst& burst);
/// Lane dead: dropped as no_session; control hears of some, so that who missed a session's end is
/// told.
void punt_dead_tags(Turn& turn, const Link& link, Burst& burst);
/// Lane ticketed: as they came, within a rate (control_budget.h).
void punt_ticketed(Turn& turn, const Link& link, Burst& burst);
/// Lane control, within a budget: what opens under the session's control key goes on, plain.
void punt_controls(Turn& turn, const Link& link, Burst& burst);
/// Tells control that packet i, newest of its session, came from an unbound source.
void punt_notice(Turn& turn, const Link& link, const Burst& burst, std::size_t i);
/// The whole frame. Returns punted or why not.
Verdict punt_neighbour(Turn& turn, const Link& link, const Burst& burst, std::size_t i);

}  // namespace jvpn
