// SPDX-License-Identifier: Apache-2.0
// Traffic keys of a new owner: from the resume root and a Diffie-Hellman of REQUEST's ephemeral key
// and CHALLENGE's. Ours is derived, not kept: it is the same for all challenges of one life of the
// node, session and owner epoch. docs/PROTOCOL.md, "Keys".
#pragma once

#include "control/node.h"

namespace jvpn {

/// Our part for a session that would be ours under this owner epoch.
KeyPair owner_ephemeral(const Node& node, const SessionId& session, OwnerEpoch epoch);

/// The key that opens the client's control messages. Nothing: the store's sealing key is another.
std::optional<Key32> control_open_key(const Node& node, const SealedRoot& resume,
                                      const SessionId& session);
std::optional<Key32> control_seal_key(const Node& node, const SealedRoot& resume,
                                      const SessionId& session);

/// The traffic root of a session that is ours; nothing: the client's key has small order.
std::optional<Key32> owner_root(const Step& step, const Session& session, const PublicKey& client);

/// Puts the session with its new keys into a slot of its own, in place of the one it had.
void install_anew(const Step& step, Session& session, const FreshKeys& fresh);

/// Wipes the session's traffic keys, and takes it out of the table if it is there.
void uninstall(const Step& step, Session& session);

}  // namespace jvpn
