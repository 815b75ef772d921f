// SPDX-License-Identifier: Apache-2.0
// What storms came to, as a row of JSON and for people.
#pragma once

#include <nlohmann/json.hpp>

#include "storm.h"

namespace jvpn::bench {

/// The worker forwards at least that share of what it forwarded before.
inline constexpr double kThroughputBar = 0.98;

/// Of storms at full rate: the middle one of each figure.
nlohmann::json throughput_of(const std::vector<StormResult>& storms, std::uint32_t sessions);
/// Of storms at a share of it.
nlohmann::json latency_of(const std::vector<StormResult>& storms);
/// What was dropped since the start, at rings and by budgets.
nlohmann::json drops_of(GatewayRig& rig);
/// Whether no ring at which the worker would drop was ever full.
bool rings_held(const nlohmann::json& row);

void print_heading();
void print_row(const nlohmann::json& row);

}  // namespace jvpn::bench
