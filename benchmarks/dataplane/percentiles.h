// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_cycles.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ensure.h"

namespace jvpn::bench {

/// TSC cycles as microseconds.
inline double us(double cycles) {
  return cycles * 1e6 / static_cast<double>(rte_get_tsc_hz());
}

/// Of latencies in TSC cycles, as microseconds. Sorts them.
inline nlohmann::json percentiles(std::vector<double>& latencies) {
  ensure(!latencies.empty(), "some slice was left alone by the kernel");
  std::ranges::sort(latencies);
  const auto at = [&](double share) {
    const auto last = static_cast<double>(latencies.size() - 1);
    return us(latencies[static_cast<std::size_t>(share * last)]);
  };
  return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"p99.9", at(0.999)}, {"max", at(1)}};
}

}  // namespace jvpn::bench
