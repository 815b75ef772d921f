// SPDX-License-Identifier: Apache-2.0
// The downlink: from a plaintext frame to the sealed datagram on the binding's underlay.
//
//   classify -> inner destination -> session, steer -> tunnel MTU -> binding? -> counter
//            -> seal in place -> outer header: IPv4 by underlay and view, IPv6 by template
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// All stages for a burst of the plaintext port; afterwards each packet has its verdict.
void downlink(Turn& turn, const Link& link, Burst& burst);

}  // namespace jvpn
