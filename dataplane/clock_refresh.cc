// SPDX-License-Identifier: Apache-2.0
// Control's part of the workers' clock: it asks the kernel, so that they need not.
#include <rte_cycles.h>
#include <time.h>

#include "dataplane/clock.h"

namespace jvpn {
namespace {

std::int64_t boot_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::uint64_t ns_per_tick(std::uint64_t hertz) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{1'000'000'000} << 32) / hertz);
}

}  // namespace

TscClock::TscClock() : ns_per_tick_(ns_per_tick(rte_get_tsc_hz())) {
  refresh();
}

std::uint64_t tsc_after(Duration after) {
  const auto us = static_cast<std::uint64_t>(after / std::chrono::microseconds(1));
  return rte_rdtsc() + rte_get_tsc_hz() / 1'000'000 * us;
}

void TscClock::refresh() {
  offset_ns_.store(boot_time_ns() - counter_ns(), std::memory_order_relaxed);  // partner: read()
}

}  // namespace jvpn
