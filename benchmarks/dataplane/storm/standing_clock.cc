// SPDX-License-Identifier: Apache-2.0
#include "standing_clock.h"

#include <time.h>

#include <atomic>

namespace jvpn::bench {
namespace {

// Relaxed: only the thread that lets time stand still reads the clock while it matters.
std::atomic<std::int64_t> left_out_ns{0};

}  // namespace

void leave_out(Duration pause) {
  left_out_ns.fetch_add(pause.count(), std::memory_order_relaxed);
}

}  // namespace jvpn::bench

extern "C" {

int __real_clock_gettime(clockid_t clock, timespec* now);
int __wrap_clock_gettime(clockid_t clock, timespec* now);

int __wrap_clock_gettime(clockid_t clock, timespec* now) {
  const int result = __real_clock_gettime(clock, now);
  if (clock != CLOCK_BOOTTIME || result != 0) return result;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t ns = std::int64_t{now->tv_sec} * kSecond + now->tv_nsec -
                          jvpn::bench::left_out_ns.load(std::memory_order_relaxed);
  now->tv_sec = ns / kSecond;
  now->tv_nsec = ns % kSecond;
  return result;
}

}  // extern "C"
