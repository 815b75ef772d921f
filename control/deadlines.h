// SPDX-License-Identifier: Apache-2.0
// What ends or changes a session because time has passed. docs/SESSION.md, "Simultaneous triggers".
#pragma once

#include "control/node.h"

namespace jvpn {

/// When what runs for a session ends by this policy; never: it does not run.
struct Ends {
  Instant lifetime = Instant::never();
  Instant ttl = Instant::never();
  Instant recovery = Instant::never();
  Instant volatile_ = Instant::never();
  Instant bind = Instant::never();  ///< waiting for the store to commit one
};
Ends ends_of(const Session& session, const Policy& policy);

/// When this session next wants to be looked at.
Instant next_deadline_of(const Node& node, const Session& session);

/// Carries out what is due, highest priority first.
void run_deadlines(const Step& step, Session& session);

}  // namespace jvpn
