// SPDX-License-Identifier: Apache-2.0
// What is known at the end of a run.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "benchmarks/churn/gateway_watch.h"
#include "benchmarks/churn/options.h"
#include "benchmarks/churn/tally.h"

namespace jvpn::churn {

/// A stretch of time and what the gateway spent in it.
struct Stretch {
  Duration wall{};
  GatewayWatch::Reading before;
  GatewayWatch::Reading after;
  Duration own_before{};  ///< processor time of jvpn-churn itself
  Duration own_after{};
  Duration own() const { return own_after - own_before; }
  Duration control() const { return after.control - before.control; }
  Duration process() const { return after.process - before.process; }
};

struct Storm {
  JumpTimes times;
  Stretch stretch;  ///< until the last session was ATTACHED again
  std::uint64_t unfinished = 0;
};

struct Results {
  Stretch births;
  std::vector<std::unique_ptr<Storm>> storms;
  Stretch steady;
  std::uint64_t rss_kib_max = 0;  ///< of the gateway during the steady part
  std::uint64_t unfinished_jumps = 0;
  std::uint64_t unborn = 0;
  std::uint64_t refused_datagrams = 0;  ///< by our own kernel
  std::uint64_t overrun_datagrams = 0;  ///< our own sockets were full
  bool interrupted = false;
};

/// All sessions were born and jumped, and nothing was violated.
bool passed(const Results& results, const Tally& tally);
void write_json(const Options& options, const Results& results, const Tally& tally,
                std::ostream& out);
/// For people.
void write_summary(const Options& options, const Results& results, const Tally& tally,
                   std::ostream& out);

}  // namespace jvpn::churn
