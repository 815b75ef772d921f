// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/api_json.h"

#include <charconv>

namespace jvpn {

using nlohmann::json;

std::string_view suite_name(Suite suite) {
  return suite == Suite::aes_256_gcm ? "aes-256-gcm" : "chacha20-poly1305";
}

json to_json(const SessionInfo& session) {
  json inner = json::array();
  for (const IpAddress& address : {session.inner_v4, session.inner_v6}) {
    if (!address.is_unset()) inner.push_back(to_string(address));
  }
  json routes = json::array();
  for (const IpPrefix& route : session.routes) routes.push_back(to_string(route));
  json bound;  // null: no binding
  if (!session.bound.is_unset()) bound = {{"endpoint", to_string(session.bound)}};
  return {{"session_id", to_string(session.id)},
          {"peer", session.peer},
          {"state", to_string(session.state)},
          {"state_version", to_string(session.version)},
          {"bound_version", to_string(session.bound_version)},
          {"last_reason", to_string(session.last_reason)},
          {"bound", std::move(bound)},
          {"inner", std::move(inner)},
          {"routes", std::move(routes)},
          {"suite", suite_name(session.suite)},
          {"total_switches", session.total_switches},
          {"age_ms", session.age_ms},
          {"bytes_up", session.bytes_up},
          {"bytes_down", session.bytes_down},
          {"metered_up", session.metered_up},
          {"metered_down", session.metered_down}};
}

json to_json(const GatewayInfo& gateway) {
  return {{"version", gateway.version},
          {"node_id", gateway.node_id},
          {"memory", gateway.memory},
          {"worker_cores", gateway.worker_cores},
          {"control_core", gateway.control_core},
          {"power", gateway.power},
          {"policy_version", gateway.policy_version},
          {"peers", gateway.peers},
          {"uptime_ms", gateway.uptime_ms}};
}

std::optional<SessionId> parse_session_id(std::string_view text) {
  SessionId id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const char* const digits = text.data() + 2 * i;
    const auto [stop, error] = std::from_chars(digits, digits + 2, id.bytes[i], 16);
    if (error != std::errc() || stop != digits + 2) return std::nullopt;
  }
  return id;
}

}  // namespace jvpn
