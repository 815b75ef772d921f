// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "storm.h"

namespace jvpn::bench {

struct StormOptions {
  std::uint32_t sessions = 10'000;
  std::string size = "64";  ///< bytes, or "imix"
  std::vector<std::string> ways{"uplink", "downlink"};
  int storms = 3;           ///< of each kind
  std::size_t packets = 0;  ///< of data in a slice; 0: as many as take a millisecond
  StormPlan plan;
  unsigned control_core = 0;
  unsigned worker_core = 1;
  std::string json;  ///< a row a line; empty: none
};

/// Exits on --help and on mistakes.
StormOptions parse_storm_options(int count, char** arguments);

}  // namespace jvpn::bench
