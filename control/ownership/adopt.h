// SPDX-License-Identifier: Apache-2.0
// Becoming the owner of a stored session: one transaction that compares its whole value, raises the
// owner epoch and names us. Then it is RECOVERING (`owner_acquired`), without a binding and without
// keys, until its client reattaches.
#pragma once

#include "control/node.h"

namespace jvpn {

/// Asks the store. `value` is what `record` was read from.
void adopt(const Step& step, const StoreValue& value, const SessionRecord& record);
/// The store's answer.
void finish_adoption(const Step& step, const Settled& settled);

/// Begins to serve a session that the store says is ours, in our present life. `written`: when its
/// ages were as the record says, by our clock; the record's own tick is of whoever wrote it.
void take_in(const Step& step, const StoreValue& value, Instant written);

/// How the session's record has to read when `owner` takes it over now.
SessionRecord handed_to(const Step& step, SessionRecord record, const Owner& owner);

/// On the client's last path: please ask. Nothing, when it has been asked often enough.
void call_client(const Step& step, Session& session);

}  // namespace jvpn
