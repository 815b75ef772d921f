// SPDX-License-Identifier: Apache-2.0
// The session's newest authentic packet came from a source that is not bound: a NAT has moved the
// client, or someone sends copies. Nothing changes by it; the source is asked, and so is the bound
// path (I12).
#pragma once

#include "control/node.h"
#include "session/core/messages.h"

namespace jvpn {

void on_unbound_source(const Step& step, Session& session, const Arrival& from);

/// An answer to our PATH_CHALLENGE.
void on_path_response(const Step& step, Session& session, const PathResponse& response,
                      const Endpoint& source);

}  // namespace jvpn
