// SPDX-License-Identifier: Apache-2.0
#include "session/core/number_window.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace jvpn {
namespace {

TEST(NumberWindow, TakesEachNumberOnceInAnyOrder) {
  NumberWindow window;
  EXPECT_TRUE(window.take(5));
  EXPECT_TRUE(window.take(3));
  EXPECT_FALSE(window.take(3));
  EXPECT_FALSE(window.take(5));
  EXPECT_TRUE(window.take(4));
  EXPECT_EQ(window.highest(), 5u);
}

TEST(NumberWindow, TakesNoZeroAndNothingThatLiesFarBehind) {
  NumberWindow window;
  EXPECT_FALSE(window.take(0));
  EXPECT_TRUE(window.take(100));
  EXPECT_TRUE(window.take(37));
  EXPECT_FALSE(window.take(36));
}

TEST(NumberWindow, AgreesWithASet) {
  const bool holds = rc::check([](const std::vector<std::uint16_t>& numbers) {
    NumberWindow window;
    std::set<std::uint64_t> seen;
    for (const std::uint64_t number : numbers) {
      const std::uint64_t highest = seen.empty() ? 0 : *seen.rbegin();
      const bool is_new = number != 0 && number + 63 >= highest && !seen.contains(number);
      RC_ASSERT(window.take(number) == is_new);
      if (is_new) seen.insert(number);
    }
  });
  EXPECT_TRUE(holds);
}

TEST(NumberWindow, SurvivesTheLargestStep) {
  NumberWindow window;
  EXPECT_TRUE(window.take(1));
  EXPECT_TRUE(window.take(UINT64_MAX));
  EXPECT_FALSE(window.take(1));
  EXPECT_TRUE(window.take(UINT64_MAX - 63));
}

}  // namespace
}  // namespace jvpn
