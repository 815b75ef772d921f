// SPDX-License-Identifier: Apache-2.0
// Moving the binding: one atomic step of up to three transitions, after the ownership store has
// committed it. docs/SESSION.md, "Transitions".
//
//   from ATTACHED              -> VOLATILE -> RECOVERING -> ATTACHED
//   from VOLATILE, DEGRADED               -> RECOVERING -> ATTACHED
//   from RECOVERING                                     -> ATTACHED
#pragma once

#include "control/node.h"

namespace jvpn {

/// Asks the store to commit a proven and allowed bind.
void request_bind(const Step& step, Session& session, PendingBind bind);
/// The store's answer to it.
/// The session may be gone afterwards, and the reference with it.
void finish_bind(const Step& step, Session& session, const Settled& settled);
/// The store has not settled it, and the session cannot wait: nobody hears of it any more. Should
/// the store have it all the same, the session's next transaction finds out (Conflict::abandoned).
void abandon_bind(const Step& step, Session& session);
/// A proven reattach that is not to be: REJECT, events, and DEGRADED where no binding is left.
void deny_bind(const Step& step, Session& session, const PendingBind& bind, const Denial& denial);
/// A proven reattach by the source that is bound already: ACK with the current values.
void confirm_bound(const Step& step, Session& session, const PendingBind& bind);

}  // namespace jvpn
