// SPDX-License-Identifier: Apache-2.0
// The way into the tunnel: counter, data header, AEAD in place, outer header.
//
//   | outer Ethernet, IP, UDP | data header | inner packet, sealed | AEAD tag |
//   <------- prepended ----------------------><- where it lay ------><-appended
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane seal: each packet leaves by its binding's underlay with its `once_sealed` verdict, or is
/// dropped without having spent a counter.
void seal(Turn& turn, Burst& burst);

}  // namespace jvpn
