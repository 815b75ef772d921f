// SPDX-License-Identifier: Apache-2.0
#include "apps/common/clock.h"

#include <ctime>

namespace jvpn {
namespace {

std::int64_t read_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

Instant boot_now() {
  return Instant{read_ns(CLOCK_BOOTTIME)};
}

std::int64_t wall_ms() {
  return read_ns(CLOCK_REALTIME) / 1'000'000;
}

}  // namespace jvpn
