// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/ensure.h"
#include "base/result.h"
#include "base/strong.h"
#include "base/time.h"

namespace jvpn {
namespace {

using Metres = Strong<struct MetresTag, std::uint32_t>;
using Seconds = Strong<struct SecondsTag, std::uint32_t>;

TEST(Strong, DoesNotMixNumbersOfDifferentMeaning) {
  EXPECT_FALSE((std::is_convertible_v<Metres, Seconds>));
  EXPECT_FALSE((std::is_assignable_v<Metres&, Seconds>));
  EXPECT_FALSE((std::is_convertible_v<Metres, std::uint32_t>));
}

TEST(Strong, ComparesLikeItsNumber) {
  EXPECT_LT(Metres{1}, Metres{2});
  EXPECT_EQ(Metres{3}, Metres{3});
  EXPECT_EQ(Metres{}.value, 0U);
}

TEST(Instant, AddsAndSubtractsDurations) {
  const Instant start{1'000};
  EXPECT_EQ(start + 5ms, Instant{5'001'000});
  EXPECT_EQ((start + 2s) - start, 2s);
  EXPECT_EQ((start + 2s) - 2s, start);
  EXPECT_EQ(to_ms(Duration(1'999'999)), 1);
}

TEST(Instant, NeverStaysNeverAndIsLaterThanAll) {
  EXPECT_EQ(Instant::never() + 1s, Instant::never());
  EXPECT_EQ(Instant::never() - 1s, Instant::never());
  EXPECT_LT(Instant{INT64_MAX - 1}, Instant::never());
}

TEST(Result, CarriesAValueOrTheWordsForTheOperator) {
  const Result<int> good = 7;
  const Result<int> bad = fail("no such port: eth9");
  EXPECT_EQ(good.value(), 7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().what, "no such port: eth9");
}

TEST(Result, CarriesAReasonWhereWordsWouldBeTooMuch) {
  enum class Reason { bad_proof };
  const Result<int, Reason> refused = fail_with(Reason::bad_proof);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), Reason::bad_proof);
}

TEST(Ensure, LetsATrueInvariantPass) {
  ensure(true, "nothing happens");
}

TEST(EnsureDeathTest, StopsTheProcessAndSaysWhereAndWhy) {
  EXPECT_DEATH(ensure(false, "the sky is up"), "types_test.cc:[0-9]+: .*the sky is up");
}

}  // namespace
}  // namespace jvpn
