// SPDX-License-Identifier: Apache-2.0
// What a session may carry, asked once per packet by its owner worker. Sessions without limits pay
// a comparison.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/turn.h"

namespace jvpn {

namespace metered {
/// The packet beyond a limit's peak is counted for the session; the caller gives the verdict.
bool is_red_up(Turn& turn, const Burst& burst, std::size_t i);
bool is_red_down(Turn& turn, const Burst& burst, std::size_t i);
}  // namespace metered

/// Is the inner packet more than the session may send now? Takes its tokens if not.
inline bool is_over_rate_up(Turn& turn, const Burst& burst, std::size_t i) {
  return burst.traits[i].has(Trait::metered_up) && metered::is_red_up(turn, burst, i);
}
/// The same for what is sent to it.
inline bool is_over_rate_down(Turn& turn, const Burst& burst, std::size_t i) {
  return burst.traits[i].has(Trait::metered_down) && metered::is_red_down(turn, burst, i);
}

}  // namespace jvpn
