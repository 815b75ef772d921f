// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace jvpn::churn {
namespace {

constexpr Instant kStart{1'000'000'000'000};

class TimerWheelTest : public testing::Test {
 protected:
  std::vector<std::uint32_t> expire(Instant now) {
    std::vector<std::uint32_t> fired;
    wheel_.expire(now, [&](std::uint32_t timer) { fired.push_back(timer); });
    return fired;
  }
  TimerWheel wheel_{100, kStart};
};

TEST_F(TimerWheelTest, FiresOnceNeverEarlyAndAtMostATickLate) {
  wheel_.set(7, kStart + 3ms);
  EXPECT_TRUE(expire(kStart + 3ms - Duration(1)).empty());
  EXPECT_EQ(expire(kStart + 3ms + TimerWheel::kTick), (std::vector<std::uint32_t>{7}));
  EXPECT_FALSE(wheel_.is_set(7));
  EXPECT_TRUE(expire(kStart + 1s).empty());
}

TEST_F(TimerWheelTest, TheLatestSettingHolds) {
  wheel_.set(1, kStart + 1ms);
  wheel_.set(1, kStart + 50ms);
  wheel_.set(2, kStart + 1ms);
  wheel_.set(2, Instant::never());
  EXPECT_TRUE(expire(kStart + 49ms).empty());
  EXPECT_EQ(expire(kStart + 51ms), (std::vector<std::uint32_t>{1}));
}

TEST_F(TimerWheelTest, ADeadlineThatHasPassedFiresWithTheNextTick) {
  wheel_.set(1, kStart - 5s);
  EXPECT_EQ(expire(kStart + TimerWheel::kTick), (std::vector<std::uint32_t>{1}));
}

TEST_F(TimerWheelTest, ADeadlineFarBeyondTheWheelFiresInItsTime) {
  wheel_.set(1, kStart + std::chrono::hours(8));
  for (Instant now = kStart; now < kStart + std::chrono::hours(8); now = now + 10s) {
    ASSERT_TRUE(expire(now).empty());
  }
  EXPECT_EQ(expire(kStart + std::chrono::hours(8) + 1ms), (std::vector<std::uint32_t>{1}));
}

TEST_F(TimerWheelTest, ATimerThatIsSetByAnotherOnesFiringWaitsForTheNextTick) {
  wheel_.set(1, kStart + 1ms);
  int fired = 0;
  wheel_.expire(kStart + 1ms, [&](std::uint32_t) {
    ++fired;
    wheel_.set(1, kStart);
  });
  EXPECT_EQ(fired, 1);
  EXPECT_TRUE(wheel_.is_set(1));
}

TEST_F(TimerWheelTest, NextIsNeverLaterThanTheFirstDeadlineNeedsAndNeverWhenNothingIsSet) {
  EXPECT_EQ(wheel_.next(), Instant::never());
  wheel_.set(1, kStart + 77ms);
  EXPECT_GE(wheel_.next(), kStart + 77ms);
  EXPECT_LE(wheel_.next(), kStart + 77ms + TimerWheel::kTick);
  wheel_.set(2, kStart + 13ms);
  EXPECT_LE(wheel_.next(), kStart + 13ms + TimerWheel::kTick);
}

TEST_F(TimerWheelTest, AgreesWithASortedMap) {
  std::mt19937_64 random(3);
  std::map<std::uint32_t, Instant> model;
  Instant now = kStart;
  for (int step = 0; step < 20'000; ++step) {
    const auto timer = static_cast<std::uint32_t>(random() % 100);
    const Instant at = now + Duration(static_cast<std::int64_t>(random() % 9'000'000'000));
    wheel_.set(timer, at);
    model[timer] = at;
    now = now + Duration(static_cast<std::int64_t>(random() % 20'000'000));
    for (const std::uint32_t fired : expire(now)) {
      ASSERT_TRUE(model.contains(fired));
      ASSERT_LE(model[fired], now);
      model.erase(fired);
    }
    for (const auto& [left, due] : model) ASSERT_GT(due + TimerWheel::kTick, now) << left;
  }
}

}  // namespace
}  // namespace jvpn::churn
