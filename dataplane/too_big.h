// SPDX-License-Identifier: Apache-2.0
// Inner packets above the tunnel MTU: the sender is told (RFC 792 with RFC 1191; RFC 4443, 3.2),
// within a rate, unless it did not ask to be told or must not be.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane seal: what is too big becomes the error about itself, or is dropped.
void answer_too_big(Turn& turn, const Link& link, Burst& burst);

}  // namespace jvpn
