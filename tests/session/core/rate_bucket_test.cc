// SPDX-License-Identifier: Apache-2.0
#include "session/core/rate_bucket.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

TEST(RateBucket, GivesItsBurstAndThenItsRate) {
  const Rate rate{10ms, 3};
  RateBucket bucket;
  const Instant start{1'000'000'000};
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start));
  EXPECT_FALSE(bucket.take(rate, start + 9ms));
  EXPECT_TRUE(bucket.take(rate, start + 10ms));
  EXPECT_FALSE(bucket.take(rate, start + 10ms));
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(bucket.take(rate, start + 1s));
}

}  // namespace
}  // namespace jvpn::test
