// SPDX-License-Identifier: Apache-2.0
// Records when each number arrived and sums it up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "benchmarks/flow/packet.h"
#include "benchmarks/flow/socket.h"

namespace jvpn::flow {

struct ReceiveSummary {
  std::uint64_t received = 0;  // different numbers
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;  // arrived after a higher number
  std::uint64_t lost =
      0;  // numbers below the highest seen (or `sent`, where known) that never came
  std::uint64_t longest_silence_ns = 0;  // between two arrivals in a row
};

/// Blocks until `seconds` have passed or a signal came, and returns every arrival in order.
std::vector<Arrival> receive_flow(const Endpoint& local, double seconds);

/// `sent`: how many numbers were sent, or 0 where unknown.
ReceiveSummary summarize(std::span<const Arrival> arrivals, std::uint64_t sent);

}  // namespace jvpn::flow
