// SPDX-License-Identifier: Apache-2.0
#include "base/boxed.h"

#include <gtest/gtest.h>

#include <string>

namespace jvpn {
namespace {

TEST(Boxed, IsEmptyAndAPointerLongUntilItHasAValue) {
  Boxed<std::string> boxed;
  EXPECT_EQ(sizeof boxed, sizeof(void*));
  EXPECT_FALSE(boxed);
  EXPECT_EQ(boxed.ensured(), "");
  EXPECT_TRUE(boxed.has_value());
  boxed.reset();
  EXPECT_FALSE(boxed);
}

TEST(Boxed, WritesOverAValueWhereItLies) {
  Boxed<std::string> boxed = std::string("one");
  const std::string* const place = &*boxed;
  boxed = std::string("other");
  EXPECT_EQ(&*boxed, place);
  EXPECT_EQ(*boxed, "other");
  boxed.ensured() += "s";
  EXPECT_EQ(boxed->size(), 6u);
}

TEST(Boxed, LeavesNothingBehindWhenItMoves) {
  Boxed<std::string> from = std::string("text");
  const Boxed<std::string> to = std::move(from);
  EXPECT_FALSE(from);  // NOLINT: that is what is tested
  EXPECT_EQ(*to, "text");
}

}  // namespace
}  // namespace jvpn
