// SPDX-License-Identifier: Apache-2.0
// The end of a session, in two steps. Closing: gone from the table, keys wiped, nothing accepted or
// sent, no version spent. Once the store has it: TERMINATED, said in an event and to the client.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Begins to close. While a bind is on its way to the store the end waits for its result. A session
/// that is closing already keeps its first reason.
void begin_termination(const Step& step, Session& session, Reason reason);

/// The store's answer. Applied: the session is gone afterwards, and so is the reference. Else it
/// stays closing and the store is asked again, unless it says that the session is no longer ours.
void finish_termination(const Step& step, Session& session, const Settled& settled);

/// Asks the store again.
void retry_termination(const Step& step, Session& session);

/// Takes tombstones that have stood long enough out of the store.
void bury(const Step& step);

}  // namespace jvpn
