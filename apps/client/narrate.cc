// SPDX-License-Identifier: Apache-2.0
#include "apps/client/narrate.h"

#include <spdlog/spdlog.h>

namespace jvpn::client {
namespace {

std::string field(const AuditEvent& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return text_of(value);
  }
  return "?";
}

}  // namespace

void narrate(const AuditEvent& event) {
  const std::string session = to_string(event.session).substr(0, 8);
  const std::string_view reason = to_string(event.reason);
  if (event.type == "SessionStateChange") {
    spdlog::info("session {}: {} -> {} ({}), version {}", session, field(event, "previous_state"),
                 field(event, "new_state"), reason, to_string(event.version));
  } else if (event.type == "TransportAttached") {
    spdlog::info("session {}: the gateway sees us as {}", session, field(event, "new_transport"));
  } else if (event.type == "TransportSwitch") {
    spdlog::info("session {}: moved from {} to {} in {} ms ({})", session,
                 field(event, "previous_transport"), field(event, "new_transport"),
                 field(event, "switch_latency_ms"), reason);
  } else if (event.type == "ReattachResult") {
    spdlog::warn("session {}: the gateway said no to a move ({}), try again in {} ms", session,
                 reason, field(event, "retry_after_ms"));
  } else if (event.type == "SessionTerminated") {
    spdlog::info("session {}: ended ({}) after {} ms", session, reason,
                 field(event, "session_age_ms"));
  } else if (event.type == "SecurityOwnershipAnomaly") {
    spdlog::error("session {}: the gateway shows an older state than it had ({})", session, reason);
  }
}

}  // namespace jvpn::client
