// SPDX-License-Identifier: Apache-2.0
// How the API says things. Names are stable: scripts and jvpnctl read them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "apps/gateway/operator_desk.h"

namespace jvpn {

/// {session_id, peer, state, state_version "E:S", bound_version, last_reason, bound {endpoint},
///  inner [..], suite, total_switches, age_ms, bytes_up, bytes_down}; `bound` is null when unbound.
nlohmann::json to_json(const SessionInfo& session);
nlohmann::json to_json(const GatewayInfo& gateway);
/// {power, power_why, ports [{port, device, numa, queues, tier, why, rx, handed_over,
///  right_worker}], workers [{worker, core, numa, sessions, ports [{port, rx, tx, handed_over}],
///  handed_over, taken_over, handover_full, busy_cycles, idle_cycles, asleep_cycles, busy_share,
///  asleep_share}]}; `numa` is null when nobody tells, `right_worker` (0..1) while nothing came.
nlohmann::json to_json(const PlaneReport& report);
/// The tables and keys of the configuration's [policy].
nlohmann::json to_json(const Policy& policy);

/// 32 hex digits.
std::optional<SessionId> parse_session_id(std::string_view text);

std::string_view suite_name(Suite suite);

}  // namespace jvpn
