// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace jvpn::churn {

/// Below 2^kFineBits each microsecond has a bucket; above, each power of two has 2^kFineBits.
std::size_t Histogram::bucket_of(std::uint64_t us) {
  const auto width = static_cast<unsigned>(std::bit_width(us));
  const unsigned shift = width > kFineBits + 1 ? width - kFineBits - 1 : 0;
  return std::min<std::size_t>((std::size_t{shift} << kFineBits) + (us >> shift), kBuckets - 1);
}

std::uint64_t Histogram::upper_edge(std::size_t bucket) {
  const std::size_t above = bucket >> kFineBits;
  const std::uint64_t shift = above > 1 ? above - 1 : 0;
  return (((bucket - (shift << kFineBits)) + 1) << shift) - 1;
}

void Histogram::add(Duration value) {
  const Duration counted = std::max(value, Duration::zero());
  ++counts_[bucket_of(static_cast<std::uint64_t>(counted / std::chrono::microseconds(1)))];
  ++count_;
  max_ = std::max(max_, counted);
}

Duration Histogram::percentile(double share) const {
  const auto wanted = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; count_ > 0 && bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen < wanted) continue;
    return std::min<Duration>(max_, std::chrono::microseconds(upper_edge(bucket)));
  }
  return max_;
}

}  // namespace jvpn::churn
