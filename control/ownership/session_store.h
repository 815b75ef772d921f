// SPDX-License-Identifier: Apache-2.0
// A session's changes as transactions: each compares the session's whole value and that this life
// of the node still counts.
#pragma once

#include "control/node.h"
#include "control/records/session_record.h"

namespace jvpn {

/// The session as it stands.
SessionRecord record_of(const Step& step, const Session& session);
/// The session as it will be when this bind has been committed.
SessionRecord record_after(const Step& step, const Session& session, const PendingBind& bind);

/// Expects what the store had of the session last. `value`: what it has afterwards.
StoreTransaction change_of(const Step& step, const Session& session, StoreValue value);
/// Does this life of our node still count? Part of every transaction.
StoreCompare life_holds(const Step& step);

/// What stood in the way of a transaction that was refused.
enum class Conflict : std::uint8_t {
  none,      ///< nothing that the answer shows
  life,      ///< this life of our node counts no more
  taken,     ///< the session has another owner, or has ended, or is gone
  abandoned  ///< a bind of ours was applied that we had given up waiting for
};
Conflict conflict_of(const Step& step, const Session& session, const Settled& settled);

/// What was found is what the next transaction of the session has to expect.
void take_as_stored(Session& session, const Settled& settled);

/// The store says that the session is no longer ours: no key of it stays, nothing more is said to
/// its client. The reference is gone afterwards.
void lose_session(const Step& step, Session& session);

/// Nothing of it stays here. The reference is gone afterwards.
void forget_session(const Step& step, Session& session);

}  // namespace jvpn
