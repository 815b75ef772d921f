// SPDX-License-Identifier: Apache-2.0
// What the benchmarks of the data plane have in common on their command line, and EAL for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataplane/eal.h"
#include "traffic.h"

namespace jvpn::bench {

struct Options {
  std::vector<std::uint32_t> sessions{1, 1000};
  std::vector<std::string> sizes{"64", "512", "1420"};  ///< bytes, or "imix"
  std::vector<std::string> ways{"uplink", "downlink"};
  bool zipf = false;
  int runs = 3;
  int slices = 51;   ///< per run and subject
  int core = -1;     ///< -1: the last one there is
  std::string json;  ///< a row a line; empty: none

  Spread spread() const { return zipf ? Spread::zipf : Spread::uniform; }
};

/// Exits on --help and on mistakes.
Options parse_options(const char* what, int count, char** arguments);

/// "imix": 7 of 64 B, 4 of 576 B, 1 of 1 420 B. Exits on anything else that is no size.
Sizes parse_sizes(const std::string& text);
Way parse_way(const std::string& text);
double mean(const Sizes& sizes);

/// EAL on one core with memory for the largest rig, in hugepages when enough are free. Exits when
/// it does not start.
Eal start_eal(const Options& options, std::uint8_t workers = 1);

/// Buffers for frames of these sizes: 2 KiB ones, or 10 KiB.
rte_mempool* buffers_for(const Sizes& sizes);

}  // namespace jvpn::bench
