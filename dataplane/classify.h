// SPDX-License-Identifier: Apache-2.0
// First look at a burst: headers checked, each packet put into its lane or dropped with a reason.
// Reads frames, changes none: a packet may still go to another worker as it came.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Frames of an underlay: lanes arp, neighbour, handshake, control (also ticketed ones), data.
void classify_underlay(const Turn& turn, const Link& link, Burst& burst);

/// Frames of the plaintext port: lanes arp, neighbour, local, inner.
void classify_plaintext(const Turn& turn, const Link& link, Burst& burst);

}  // namespace jvpn
