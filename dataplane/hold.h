// SPDX-License-Identifier: Apache-2.0
// Packets that a jump would lose wait for the next binding instead: downlink ones unsealed while
// there is none, uplink ones, opened but unmarked, from a source that has not been bound yet. What
// waits is sent before anything newer, and never longer than the policy allows.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane unbound: held, as far as policy and room allow.
void hold_downlink(Turn& turn, Burst& burst);

/// Packet i, just opened, is authentic, newest and from an unbound source: held, or why not. Each
/// counter is held once; the source heard last has the place of any before it.
Verdict hold_uplink(Turn& turn, const Link& link, const Burst& burst, std::size_t i);

/// Before packets of a burst go their way: what is held of their sessions goes first.
void release_held(Turn& turn, const Burst& burst);

/// Once per turn: a few of the holders, whether or not anything arrives for them.
void tend_holders(Turn& turn);

}  // namespace jvpn
