// SPDX-License-Identifier: Apache-2.0
// A token bucket in one number (the generic cell rate algorithm): the instant at which the bucket
// would be full again, so that thousands of them lie in an array and share one rate.
#pragma once

#include <algorithm>
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

}  // namespace jvpn
