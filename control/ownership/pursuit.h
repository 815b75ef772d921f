// SPDX-License-Identifier: Apache-2.0
// Getting a session that is wanted here: its record read, its old owner fenced or asked by a wish,
// its record taken over. What its client is told meanwhile: takeover.h.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Reads the session's record, if that is not under way.
void read_record(const Step& step, const SessionId& id, Takeover& entry);
/// What the store has of it. False: the session is not there for us, and the entry is gone.
bool note_record(const Step& step, const SessionId& id, const StoreValue* value);

/// The session has been handed over to us, or was ours all along.
bool is_ours(const Step& step, const Takeover& entry);
/// Of the old owner nothing is left to fear?
bool is_free(const Step& step, const SessionRecord& record);

/// One step towards a session whose client (or peer) has proven that it is wanted here.
void pursue(const Step& step, const SessionId& id, Takeover& entry);
/// It is ours by now: serves it, and goes on with what its client last said. The entry is gone.
void become_owner(const Step& step, const SessionId& id);
/// A datagram of a session that is ours.
void hand_to(const Step& step, Session& session, const Held& held);
/// Entries that nobody has asked for lately.
void forget_old(const Step& step);

/// What the store said of sessions that we wait for.
void pursue_takeovers(const Step& step, const Settled& polled);
void on_adoption_settled(const Step& step, const Settled& settled);
void on_wish_settled(const Step& step, const Settled& settled);

}  // namespace jvpn
