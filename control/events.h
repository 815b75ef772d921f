// SPDX-License-Identifier: Apache-2.0
// Audit events by name (docs/SESSION.md, "Events"). Each is appended as one WriteAudit.
#pragma once

#include "control/node.h"

namespace jvpn {

/// A session's event at its present version.
void write_event(const Step& step, const Session& session, std::string_view type, Reason reason,
                 std::vector<std::pair<std::string_view, AuditValue>> fields = {});

/// An event of the node as a whole, of no session.
void write_node_event(const Step& step, std::string_view type, Reason reason,
                      std::vector<std::pair<std::string_view, AuditValue>> fields = {});

}  // namespace jvpn
