// SPDX-License-Identifier: Apache-2.0
// A token bucket in one number (the generic cell rate algorithm): the instant at which the bucket
// would be full again, so that thousands of them lie in an array and share one rate.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace jvpn {

using std::chrono_literals::operator""us;

struct Rate {
  Duration interval{};      ///< one token comes back in this time
  std::uint32_t burst = 1;  ///< tokens of a full bucket
};

class RateBucket {
 public:
  /// Takes one token; false: empty, nothing taken.
  bool take(const Rate& rate, Instant now) {
    const Instant full_at = std::max(full_at_, now);
    if (full_at - now > rate.interval * (rate.burst - 1)) return false;
    full_at_ = full_at + rate.interval;
    return true;
  }

 private:
  Instant full_at_{0};
};

/// The same in 32 bits, for lines that have no more room: instants are milliseconds, and count anew
/// every 49 days, so that one that was left alone for so long may refuse for as long as its burst
/// takes to come back. Any thread, relaxed: two that take at once may take one token.
class SmallRateBucket {
 public:
  /// `rate.interval`: whole milliseconds.
  bool take(const Rate& rate, Instant now) {
    const auto interval = static_cast<std::uint32_t>(rate.interval / 1ms);
    const auto now_ms = static_cast<std::uint32_t>(now.ns / 1'000'000);
    const std::uint32_t ahead = full_at_ms_.load(std::memory_order_relaxed) - now_ms;
    const std::uint32_t missing = ahead <= interval * rate.burst ? ahead : 0;  // more: in the past
    if (missing > interval * (rate.burst - 1)) return false;
    full_at_ms_.store(now_ms + missing + interval, std::memory_order_relaxed);
    return true;
  }
  /// Full.
  void reset() { full_at_ms_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> full_at_ms_{0};
};

}  // namespace jvpn
