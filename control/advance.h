// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/node.h"
#include "session/core/transition.h"

namespace jvpn {

/// The one way in which a session changes its state: looks the pair up in the transition table,
/// spends one version, writes one SessionStateChange. `own` is the reason of events that bring one
/// (denied, ended). False: undefined pair; counted, nothing changed.
bool advance(const Step& step, Session& session, Event event, Reason own = Reason::none);

}  // namespace jvpn
