// SPDX-License-Identifier: Apache-2.0
// A recorded flight flown again: the same inputs into a core made the same way must bring about the
// same audit, line by line. No table, no network, no store: their answers are on the tape.
#pragma once

#include <functional>
#include <string>

#include "control/flight/tape.h"

namespace jvpn {

struct ReplayReport {
  std::uint64_t inputs = 0;
  std::uint64_t events = 0;  ///< audit lines that came out as they were recorded
  std::string parted;        ///< where and how the flights parted; empty: nowhere
  bool same() const { return parted.empty(); }
};

/// `configure` makes the core's configuration as the gateway did when it began to record, with the
/// random source it is given.
ReplayReport replay(ByteView tape, const std::function<ControlConfig(RandomSource&)>& configure);

}  // namespace jvpn
