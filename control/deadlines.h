// SPDX-License-Identifier: Apache-2.0
// What ends or changes a session because time has passed. docs/SESSION.md, "Simultaneous triggers".
#pragma once

#include "control/node.h"

namespace jvpn {

/// When this session next wants to be looked at.
Instant next_deadline_of(const Session& session, const Policy& policy);

/// Carries out what is due, highest priority first.
void run_deadlines(const Step& step, Session& session);

}  // namespace jvpn
