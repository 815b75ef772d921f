// SPDX-License-Identifier: Apache-2.0
// Ping to the gateway's own plaintext address, from either side.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/link.h"

namespace jvpn {

/// Lane local (plaintext port): echo requests go back where they came from, all else is dropped.
void answer_echoes(const Link& link, Burst& burst);

/// An ICMP or ICMPv6 echo request becomes its reply in place; false, and unchanged, when it is
/// none. `packet`: as long as its IP header says.
bool turn_into_echo_reply(ByteSpan packet);

}  // namespace jvpn
