// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/turn.h"

namespace jvpn {

/// MAC of the next hop towards `destination` on `link`. False: no way, or not resolved yet; control
/// is asked to resolve whom nobody asked for before, and the packet is lost like ARP's first one.
bool find_next_hop(Turn& turn, const Link& link, const IpAddress& destination, EtherAddress& out);

}  // namespace jvpn
