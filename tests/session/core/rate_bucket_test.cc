// SPDX-License-Identifier: Apache-2.0
#include "session/core/rate_bucket.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

template <class Bucket>
void expect_burst_then_rate(Bucket& bucket, Instant start) {
  const Rate rate{10ms, 3};
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start + 9ms));
  EXPECT_TRUE(bucket.take(rate, start + 10ms));
  EXPECT_FALSE(bucket.take(rate, start + 10ms));
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start + 1s));
}

TEST(RateBucket, GivesItsBurstAndThenItsRate) {
  RateBucket bucket;
  expect_burst_then_rate(bucket, Instant{1'000'000'000});
}

TEST(SmallRateBucket, GivesItsBurstAndThenItsRate) {
  SmallRateBucket bucket;
  expect_burst_then_rate(bucket, Instant{1'000'000'000});
  bucket.reset();
  expect_burst_then_rate(bucket, Instant{0});
}

TEST(SmallRateBucket, CountsOnWhenItsMillisecondsBeginAnew) {
  constexpr Instant kTurn{(std::int64_t{1} << 32) * 1'000'000};
  for (const Duration before : {0ms, 1ms, 5ms, 25ms, 35ms}) {
    SmallRateBucket bucket;
    EXPECT_TRUE(bucket.take({10ms, 3}, kTurn - 10s));
    expect_burst_then_rate(bucket, kTurn - before);
  }
}

TEST(SmallRateBucket, LeftAloneForWeeksRefusesForItsBurstAtMost) {
  const Rate rate{10ms, 3};
  constexpr Instant kStart{1'000'000'000};
  for (const auto days : {1, 24, 25, 49, 50}) {
    SmallRateBucket bucket;
    for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, kStart));
    const Instant later = kStart + std::chrono::hours(24 * days);
    EXPECT_TRUE(bucket.take(rate, later) || bucket.take(rate, later + 30ms)) << days;
  }
}

}  // namespace
}  // namespace jvpn::test
