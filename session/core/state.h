// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace jvpn {

enum class State : std::uint8_t { birth, attached, volatile_, degraded, recovering, terminated };

/// "BIRTH", "ATTACHED", "VOLATILE", ... as in audit events.
std::string_view to_string(State state);

}  // namespace jvpn
