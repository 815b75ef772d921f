// SPDX-License-Identifier: Apache-2.0
// Durations counted in buckets whose width is 1/64 of their value: percentiles to 1.6 %, bounded
// memory however long the run. The maximum is exact.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace jvpn::churn {

class Histogram {
 public:
  void add(Duration value);
  std::uint64_t count() const { return count_; }
  Duration max() const { return max_; }
  /// The upper edge of the bucket in which `share` (0..1) of all values are reached, at most max();
  /// zero while there is none.
  Duration percentile(double share) const;

 private:
  static constexpr unsigned kFineBits = 6;
  static constexpr std::size_t kBuckets = (40 - kFineBits) << kFineBits;  ///< up to 2^39 us
  static std::size_t bucket_of(std::uint64_t us);
  static std::uint64_t upper_edge(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  Duration max_{};
};

}  // namespace jvpn::churn
