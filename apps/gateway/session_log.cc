// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/session_log.h"

#include <fmt/format.h>

#include <algorithm>

namespace jvpn {
namespace {

constexpr std::size_t kShortId = 8;

std::string field(const AuditEvent& event, std::string_view name) {
  const auto at = std::ranges::find(event.fields, name, [](const auto& f) { return f.first; });
  if (at == event.fields.end()) return "?";
  return text_of(at->second);
}

}  // namespace

bool is_logged(const AuditEvent& event) {
  return event.type == "SessionStateChange" || event.type == "TransportSwitch";
}

std::optional<std::string> log_line(const AuditEvent& event) {
  const std::string who = "session " + to_string(event.session).substr(0, kShortId);
  if (event.type == "SessionStateChange") {
    return fmt::format("{}: {} -> {} ({}), version {}", who, field(event, "previous_state"),
                       field(event, "new_state"), to_string(event.reason),
                       to_string(event.version));
  }
  if (event.type == "TransportSwitch") {
    return fmt::format("{}: moved from {} to {} in {} ms ({})", who,
                       field(event, "previous_transport"), field(event, "new_transport"),
                       field(event, "switch_latency_ms"), to_string(event.reason));
  }
  return std::nullopt;
}

}  // namespace jvpn
