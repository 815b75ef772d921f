// SPDX-License-Identifier: Apache-2.0
#include "control/tombstones.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

TEST(Tombstones, MakeRoomByDroppingTheOldest) {
  Tombstones tombstones;
  constexpr std::size_t kMost = 100;
  for (std::size_t n = 0; n <= kMost; ++n) {
    const Instant until{static_cast<std::int64_t>(n) + 1'000};
    tombstones.add(Tag(n + 1), {{1, 2, 3}, {}, {}}, until, kMost);
  }
  EXPECT_EQ(tombstones.answer(Tag(1), 3, Instant{1}), nullptr);
  EXPECT_NE(tombstones.answer(Tag(2), 3, Instant{1}), nullptr);
  tombstones.expire(Instant{1'000'000'000});
  EXPECT_EQ(tombstones.next_due(), Instant::never());
  EXPECT_EQ(tombstones.take_fallen().size(), kMost + 1);
  EXPECT_TRUE(tombstones.take_fallen().empty());
}

}  // namespace
}  // namespace jvpn::test
