// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/nap.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

constexpr Instant kNow{1'000'000'000};

TEST(Naps, DoesNotRestWhileMessagesWaitOrAnOperatorAsks) {
  Naps naps;
  EXPECT_EQ(naps.after(Found::more, false, kNow), Duration::zero());
  EXPECT_EQ(naps.after(Found::nothing, true, kNow), Duration::zero());
}

TEST(Naps, AreShortForAWhileAfterMessagesCame) {
  Naps naps;
  const Duration first = naps.after(Found::all, false, kNow);
  EXPECT_GT(first, Duration::zero());
  EXPECT_LT(first, Naps::kNap);
  EXPECT_EQ(naps.after(Found::nothing, false, kNow + 40ms), first);
  EXPECT_EQ(naps.after(Found::nothing, false, kNow + 1s), Naps::kNap);
}

TEST(Naps, CostAJumpLessThanAMillisecond) {
  EXPECT_LT(2 * Naps::kNap, 1ms);
}

}  // namespace
}  // namespace jvpn::test
