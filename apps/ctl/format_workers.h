// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace jvpn {

/// Two tables, workers and ports, and how workers idle. Shares are of the last second; frames since
/// the start: RX and TX of all ports, GIVEN and TAKEN to and from other workers, LOST on the way.
std::string format_workers(const nlohmann::json& report);

}  // namespace jvpn
