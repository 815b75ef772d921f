// SPDX-License-Identifier: Apache-2.0
// What the operator's log says about sessions: one line per state change and per move, nothing
// else.
#pragma once

#include <optional>
#include <string>

#include "session/core/audit.h"

namespace jvpn {

/// Whether log_line() would say anything.
bool is_logged(const AuditEvent& event);
/// "session 1a2b3c4d: ATTACHED -> VOLATILE (heartbeat_timeout), version 1:5"; nothing for events
/// that are the audit log's only.
std::optional<std::string> log_line(const AuditEvent& event);

}  // namespace jvpn
