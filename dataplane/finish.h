// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// End of a burst that came in by `link`: hands over, transmits, frees what was dropped, and counts
/// each packet's one verdict. What the owner or a device did not take becomes a drop here.
void finish(Turn& turn, const Link& link, Burst& burst);

/// A session's data that were about to leave do not: the node may no longer act for it.
void withhold(Burst& burst);

/// Transmits on the worker's own queue of `link`; returns how many the device took.
std::uint16_t transmit(Turn& turn, const Link& link, std::span<rte_mbuf*> frames);

}  // namespace jvpn
