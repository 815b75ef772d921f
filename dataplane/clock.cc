// SPDX-License-Identifier: Apache-2.0
#include "dataplane/clock.h"

#include <rte_cycles.h>

namespace jvpn {

Instant TscClock::read() const {
  return Instant{counter_ns() + offset_ns_.load(std::memory_order_relaxed)};
}

std::int64_t TscClock::counter_ns() const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::int64_t>(Wide{rte_rdtsc()} * ns_per_tick_ >> 32);
}

}  // namespace jvpn
