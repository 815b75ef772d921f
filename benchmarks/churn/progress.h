// SPDX-License-Identifier: Apache-2.0
// The line on the terminal while a run lasts.
#pragma once

#include "base/time.h"
#include "benchmarks/churn/tally.h"

namespace jvpn::churn {

class Progress {
 public:
  /// Shows it anew when it is time. `phase` began at `began`.
  void show(const Tally& tally, const char* phase, Instant began, Instant now);

 private:
  Instant shown_at_{0};
  std::uint64_t packets_ = 0;
  std::uint64_t jumps_ = 0;
};

}  // namespace jvpn::churn
