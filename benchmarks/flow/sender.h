// SPDX-License-Identifier: Apache-2.0
// Sends numbered datagrams at a steady rate on an absolute schedule, so that a late one does not
// shift those behind it: number n leaves at start + n / rate, beyond 2 kHz together with those due
// in the next half millisecond.
#pragma once

#include <cstddef>
#include <cstdint>

#include "benchmarks/flow/socket.h"

namespace jvpn::flow {

struct SendPlan {
  Endpoint to;
  std::uint64_t rate_hz = 1000;
  double seconds = 10;    // at most; a signal ends it sooner
  std::size_t size = 64;  // UDP payload bytes
};

struct SendReport {
  std::uint64_t sent = 0;    // numbers used: 0 .. sent - 1
  std::uint64_t errors = 0;  // of these, refused by our own kernel (no route, say)
  std::uint64_t start_ns = 0;
  std::uint64_t period_ns = 0;
  std::uint64_t late_ns_max = 0;  // the schedule's worst miss: what the measurement itself adds
};

/// Blocks until the plan is done or a signal came. Throws std::system_error when it cannot start.
SendReport send_flow(const SendPlan& plan);

}  // namespace jvpn::flow
