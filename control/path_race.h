// SPDX-License-Identifier: Apache-2.0
// Copies that outrun their originals. Someone who forwards the client's packets faster than the
// network does can win a notice and its CONFIRM for a source of his own. He cannot keep the client
// silent: an answer that still comes from the old path shows it, the move is reverted and his
// source barred. docs/SESSION.md, "Late, copied and raced packets" (RFC 9853, RFC 9000
// section 9.3.3).
#pragma once

#include "control/node.h"

namespace jvpn {

/// How long two paths may overlap: draining, and the watch for races.
Duration overlap_of(const Session& session, const Policy& policy);

/// After a bind: watches the old path, if the move is one that a race can bring about.
void watch_for_race(const Step& step, Session& session, const PendingBind& bind,
                    const CurrentBinding& old);

/// An authentic, fresh PATH_RESPONSE came from here. True: it came from the watched old path, and
/// the move is being reverted. Nothing else reverts: a copy of CONFIRM under a forged source must
/// not.
bool revert_if_raced(const Step& step, Session& session, const Endpoint& source);

/// The revert is committed: bars the source that had won, takes the move out of the accounts.
void settle_race(const Step& step, Session& session);

/// Did the bound path answer after that moment, at which a notice's token was issued? Then the
/// token proves a copy.
bool bound_path_answered_since(const Session& session, Instant issued);

bool is_barred(const Session& session, const Endpoint& source, Instant now);

}  // namespace jvpn
