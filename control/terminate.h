// SPDX-License-Identifier: Apache-2.0
// The end of a session, in two steps. Closing: gone from the table, keys wiped, nothing accepted or
// sent, no version spent. Once the store has it: TERMINATED, said in an event and to the client.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Begins to close. While a bind is on its way to the store the end waits for its result. A session
/// that is closing already keeps its first reason.
void begin_termination(const Step& step, Session& session, Reason reason);

/// The store's answer. Committed: the session is gone afterwards, and so is the reference. Refused:
/// it stays closing and the store is asked again.
void finish_termination(const Step& step, Session& session, bool committed);

/// Asks the store again, after a refusal.
void retry_termination(const Step& step, Session& session);

}  // namespace jvpn
