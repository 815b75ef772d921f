// SPDX-License-Identifier: Apache-2.0
// REATTACH_REQUEST and _CONFIRM, already opened: the checks in the design's order
// (docs/PROTOCOL.md, "Jump"), cheap first.
//
//   number fresh, or the latest again -> state and TTLs -> bound_version -> candidate
//   -> path answered -> policy -> commit
//
// Until the path has answered nothing but a CHALLENGE or a REJECT leaves, no longer than what came,
// and nothing but counters and the highest number seen changes.
#pragma once

#include "control/node.h"
#include "session/core/messages.h"

namespace jvpn {

/// A request, or a confirm, which brings a token along.
struct Ask {
  MessageNumber number;
  Reattach fields;
  const PathToken* token = nullptr;
  const Arrival& from;
  bool of_old_owner = false;  ///< the client knows only the owner before us
};

void on_reattach(const Step& step, Session& session, const Ask& ask);

}  // namespace jvpn
