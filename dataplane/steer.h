// SPDX-License-Identifier: Apache-2.0
// From packet to session, and to the worker that owns it. Sets tag, record and snapshot of each
// packet that stays here; one that belongs to another worker gets the verdict handed_over and goes
// there as it came (finish.h).
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lanes data and control. Control messages need no worker-owned state and stay where they are;
/// ticketed ones for nobody who lives here go to lane ticketed.
void lookup_by_tag(Turn& turn, Burst& burst);

/// Lane inner: by destination address. What stays here goes to lane seal.
void lookup_by_destination(Turn& turn, Burst& burst);

}  // namespace jvpn
