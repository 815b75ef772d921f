// SPDX-License-Identifier: Apache-2.0
// Is another path worth moving to while the one in use lives? Deterministic, the same for the same
// measurements, and slow to change its mind: what is better by less than the policy's factor counts
// as equal, and of equals the operator's order decides (docs/SESSION.md, selection).
#pragma once

#include <optional>
#include <span>

#include "base/time.h"
#include "session/core/ids.h"

namespace jvpn::client {

struct PathQuality {
  PathId path;
  double loss = 0.0;   ///< share of what was sent there lately
  Duration rtt{};      ///< measured; never zero here
  bool stable = true;  ///< answered all through the stability window
  bool operator==(const PathQuality&) const = default;
};

struct SelectionRules {
  double improvement_factor = 1.1;
  double loss_threshold = 0.2;  ///< a path that loses more is no candidate
};

/// Less than this much is noise, whatever the factor says.
inline constexpr double kLossNoise = 0.02;
inline constexpr Duration kLatencyNoise = 5ms;

/// The best of `candidates` that is worth leaving `current` for: first loss, then latency, then
/// stability, then the lower path id. Only stable candidates count.
std::optional<PathId> choose_better(const PathQuality& current,
                                    std::span<const PathQuality> candidates,
                                    const SelectionRules& rules);

}  // namespace jvpn::client
