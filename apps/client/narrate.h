// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/core/audit.h"

namespace jvpn::client {

/// Tells a person, through the log on stderr, what an event means; most events say nothing.
void narrate(const AuditEvent& event);

}  // namespace jvpn::client
