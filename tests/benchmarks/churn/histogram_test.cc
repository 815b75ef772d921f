// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace jvpn::churn {
namespace {

using us = std::chrono::microseconds;

TEST(Histogram, SaysNothingOfNothing) {
  EXPECT_EQ(Histogram().percentile(0.5), Duration::zero());
  EXPECT_EQ(Histogram().max(), Duration::zero());
}

TEST(Histogram, IsExactBelow128Microseconds) {
  Histogram times;
  for (int i = 1; i <= 100; ++i) times.add(us(i));
  EXPECT_EQ(times.percentile(0.50), us(50));
  EXPECT_EQ(times.percentile(0.95), us(95));
  EXPECT_EQ(times.percentile(0.99), us(99));
  EXPECT_EQ(times.percentile(1.0), us(100));
}

TEST(Histogram, PercentilesAreWithinOneSixtyFourthOfTheSortedTruth) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> spread(9, 3);
  Histogram times;
  std::vector<std::int64_t> sorted;
  for (int i = 0; i < 20'000; ++i) {
    sorted.push_back(static_cast<std::int64_t>(spread(random)) + 1);
    times.add(us(sorted.back()));
  }
  std::ranges::sort(sorted);
  for (const double share : {0.01, 0.5, 0.95, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
    const auto truth = static_cast<double>(sorted[rank]);
    const auto said = static_cast<double>(times.percentile(share) / us(1));
    EXPECT_GE(said, truth) << share;
    EXPECT_LE(said, truth * (1 + 1.0 / 64)) << share;
  }
  EXPECT_EQ(times.max(), us(sorted.back()));
}

TEST(Histogram, ThePercentileOfOneValueIsThatValue) {
  Histogram times;
  times.add(us(123'456) + Duration(7));
  EXPECT_EQ(times.percentile(0.5), times.max());
  EXPECT_EQ(times.max(), us(123'456) + Duration(7));
}

TEST(Histogram, NothingIsTooLong) {
  Histogram times;
  times.add(std::chrono::hours(24 * 365));
  EXPECT_EQ(times.count(), 1u);
  EXPECT_EQ(times.max(), std::chrono::hours(24 * 365));
}

}  // namespace
}  // namespace jvpn::churn
