// SPDX-License-Identifier: Apache-2.0
// Tickets: which session a TICKETED datagram is about, readable by every node of the cluster and by
// nobody else. A ticket is a hint: it proves nothing and is never refused for having been used.
#pragma once

#include <optional>

#include "crypto/secret.h"
#include "session/core/ids.h"
#include "session/core/wire.h"

namespace jvpn {

struct TicketBody {
  SessionId session;
  OwnerEpoch issued_in;
};

Ticket make_ticket(const TicketBody& body, const Key32& key, const SealNonce& nonce);
/// Nothing when it was not made with this key.
std::optional<TicketBody> open_ticket(const Ticket& ticket, const Key32& key);

}  // namespace jvpn
