// SPDX-License-Identifier: Apache-2.0
// A client of another owner asks here: its REQUEST or CONFIRM is found by its ticket.
//
//   ticket -> record read -> seal opens with the session's control key -> number fresh
//   -> what of the owner?
//        an earlier life of ours, fenced, gone   CHALLENGE; after CONFIRM the session becomes ours
//        overdue                                 fenced first; admission_deferred
//        quiet, or not yet watched               owner_elsewhere; admission_deferred with the time
//                                                left, if the client says that the owner is silent
//        alive                                   owner_elsewhere; if the client says that it is
//                                                silent (or it drains): CHALLENGE, after CONFIRM a
//                                                wish, admission_deferred until it is granted
//
// Until CONFIRM has come from where the CHALLENGE went nothing is written. One entry per session,
// limits.wishes in all; who finds no room is not answered.
#pragma once

#include "control/node.h"

namespace jvpn {

/// A TICKETED datagram whose tag names nothing here: unauthenticated.
void on_ticketed_datagram(const Step& step, ByteView datagram, const Arrival& from);
void on_record_read(const Step& step, const Settled& settled);

/// Somebody asks the session's owner for it, and we do not serve it: perhaps it was handed to us,
/// or to an earlier life of ours, when we no longer waited for it. Then it is taken in.
void seek_own(const Step& step, const SessionId& session);

/// The peer of a birth has a session elsewhere: ours first, then it can be superseded.
void want_for_birth(const Step& step, const SessionId& session);

}  // namespace jvpn
