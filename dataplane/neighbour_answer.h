// SPDX-License-Identifier: Apache-2.0
// ARP and neighbour discovery on any link: questions for our address are answered in place, answers
// and announcements of others go to control (neighbour_upkeep.h).
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lanes arp and neighbour. On the plaintext port we also answer for the addresses of the pool.
void answer_neighbours(Turn& turn, const Link& link, Burst& burst);

}  // namespace jvpn
