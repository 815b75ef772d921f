// SPDX-License-Identifier: Apache-2.0
// Heartbeats are answered by the worker, in place; control only samples what they leave behind.
//
// Evidence that the bound path works both ways is our own nonce coming back. Replies are numbered;
// the nonce of reply k is a keyed hash of tag and k with k's low byte in it, so that each reply of
// the last kRemembered counts, once: a round trip may be longer than the heartbeat interval.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

/// Lane opened: heartbeats become their own reply in lane seal, or are absorbed.
void answer_heartbeats(Turn& turn, Burst& burst);

/// Nonce of a session's `number`th reply, from 1.
std::uint64_t reply_nonce(const Bytes<16>& key, Tag tag, std::uint64_t number);

}  // namespace jvpn
