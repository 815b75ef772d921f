// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "base/time.h"

namespace jvpn {

/// Bounds how often something happens: one token per `interval`, at most `depth` saved up.
class TokenBucket {
 public:
  TokenBucket(Duration interval, std::int64_t depth) : interval_(interval), depth_(depth) {}

  bool take(Instant now) {
    const Instant oldest = now - interval_ * depth_;
    paid_until_ = std::max(paid_until_, oldest);
    if (paid_until_ + interval_ > now) return false;
    paid_until_ = paid_until_ + interval_;
    return true;
  }

 private:
  Duration interval_;
  std::int64_t depth_;
  Instant paid_until_{INT64_MIN / 2};
};

}  // namespace jvpn
