// SPDX-License-Identifier: Apache-2.0
// The uplink: from an underlay frame to the inner packet on the plaintext port.
//
//   classify -> steer, lookup -> replay pre-check -> open in place -> bound path? -> mark
//            -> heartbeat? -> inner source -> ECN -> Ethernet towards the plaintext next hop
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// All stages for a burst of one underlay; afterwards each packet has its verdict.
void uplink(Turn& turn, const Link& link, Burst& burst);

/// Lane data -> opened: authentic, from the bound or draining path, counter marked.
void open_data(Turn& turn, const Link& link, Burst& burst);

/// Packet i, opened and from a path that may be heard (role): its counter is marked, and it goes to
/// lane opened. Or why not.
Verdict mark_opened(Burst& burst, std::size_t i);

/// Lane opened: inner packets to the plaintext port, or answered when they are for us.
void deliver(Turn& turn, Burst& burst);

}  // namespace jvpn
