// SPDX-License-Identifier: Apache-2.0
// What a session keeps for a while only, in case somebody asks again: given back once nobody can.
// There may be a million sessions, and most of them are at rest.
#pragma once

#include "control/node.h"

namespace jvpn {

/// `has_evidence`: the client's heartbeats have been echoed over the present binding.
void tidy(const Step& step, Session& session, bool has_evidence);

}  // namespace jvpn
