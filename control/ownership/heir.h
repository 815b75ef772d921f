// SPDX-License-Identifier: Apache-2.0
// What a node that is not the owner says to a client: sealed with the session's control key, in the
// owner epoch that the store knows (REJECT) or the one after it (CHALLENGE).
#pragma once

#include "control/node.h"
#include "control/records/session_record.h"
#include "session/core/messages.h"

namespace jvpn {

/// A REQUEST or CONFIRM for a session that is not ours, opened and fresh.
struct Plea {
  MessageNumber number;
  Reattach fields;
  std::optional<PathToken> token;
};
/// Nothing, and counted: it does not open, is none of the two, or is no news.
std::optional<Plea> read_plea(const Step& step, const SessionRecord& record, ByteView datagram);

/// Did the path answer our challenge?
bool is_proven(const Step& step, const SessionRecord& record, const Plea& plea,
               const Arrival& from);

void challenge_as_heir(const Step& step, const SessionRecord& record, const Plea& plea,
                       const Arrival& from);
void put_off(const Step& step, const SessionRecord& record, const Plea& plea, const Arrival& from,
             const Denial& why);

}  // namespace jvpn
