// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock.h"

#include <rte_cycles.h>
#include <time.h>

namespace jvpn {
namespace {

__extension__ using Wide = unsigned __int128;

std::int64_t boot_time_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

TscClock::TscClock()
    : ns_per_tick_(static_cast<std::uint64_t>((Wide{1'000'000'000} << 32) / rte_get_tsc_hz())) {
  refresh();
}

void TscClock::refresh() {
  offset_ns_.store(boot_time_ns() - counter_ns(), std::memory_order_relaxed);  // partner: read()
}

Instant TscClock::read() const {
  return Instant{counter_ns() + offset_ns_.load(std::memory_order_relaxed)};
}

std::int64_t TscClock::counter_ns() const {
  return static_cast<std::int64_t>(Wide{rte_rdtsc()} * ns_per_tick_ >> 32);
}

}  // namespace jvpn
