// SPDX-License-Identifier: Apache-2.0
// Heartbeats are answered by the worker, in place; control only samples what they leave behind.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane opened: heartbeats become their own reply in lane seal, or are absorbed.
void answer_heartbeats(Turn& turn, Burst& burst);

}  // namespace jvpn
