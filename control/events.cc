// SPDX-License-Identifier: Apache-2.0
#include "control/events.h"

namespace jvpn {

void write_event(const Step& step, const Session& session, std::string_view type, Reason reason,
                 std::vector<std::pair<std::string_view, AuditValue>> fields) {
  AuditEvent event;
  event.type = type;
  event.reason = reason;
  event.session = session.id;
  event.version = session.version;
  event.policy_version = step.policy(session).version;
  event.at = step.now;
  event.fields = std::move(fields);
  step.out.push_back(WriteAudit{std::move(event)});
}

void write_node_event(const Step& step, std::string_view type, Reason reason,
                      std::vector<std::pair<std::string_view, AuditValue>> fields) {
  AuditEvent event;
  event.type = type;
  event.reason = reason;
  event.policy_version = step.policy().version;
  event.at = step.now;
  event.fields = std::move(fields);
  step.out.push_back(WriteAudit{std::move(event)});
}

}  // namespace jvpn
