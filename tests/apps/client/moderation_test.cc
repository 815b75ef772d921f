// SPDX-License-Identifier: Apache-2.0
#include "apps/client/moderation.h"

#include <gtest/gtest.h>

namespace jvpn::client {
namespace {

constexpr Duration kTurn = std::chrono::microseconds(100);

/// A loop that turns every 100 µs, and packets that come and go at it.
class ModerationTest : public testing::Test {
 protected:
  /// Rests during `turns` turns with so many packets each.
  int rests(int turns, std::uint64_t received, std::uint64_t sent, Duration turn = kTurn) {
    int count = 0;
    for (int i = 0; i < turns; ++i) {
      now = now + turn;
      moved.received += received;
      moved.sent += sent;
      count += moderation.rest(now, moved) > Duration{};
    }
    return count;
  }
  Moderation moderation;
  Moderation::Moved moved;
  Instant now{0};
};

TEST_F(ModerationTest, RestsBetweenLooksThatFindAFewOfMany) {
  EXPECT_GE(rests(100, 7, 3), 80);
  EXPECT_EQ(moderation.rest(now, {moved.received + 1, moved.sent}), Moderation::kRest);
}

TEST_F(ModerationTest, LetsNoSlowFlowWait) {
  EXPECT_EQ(rests(100, 1, 0), 0);
  EXPECT_EQ(rests(1000, 19, 0, 1ms), 0);
}

TEST_F(ModerationTest, DoesNotRestWhereALookFindsMany) {
  EXPECT_EQ(rests(100, 64, 30), 0);
}

TEST_F(ModerationTest, DoesNotRestWhereMoreIsSentThanReceived) {
  EXPECT_EQ(rests(100, 7, 14), 0);
}

TEST_F(ModerationTest, StopsRestingOnceTheFlowIsOver) {
  ASSERT_GE(rests(100, 7, 3), 80);
  EXPECT_LE(rests(20, 0, 0), 10) << "what is left of the window in which it ended";
  EXPECT_EQ(rests(20, 0, 0), 0);
}

/// The first packets behind a silence: the window that they fall into is as long as the silence.
TEST_F(ModerationTest, DoesNotTakeABurstBehindASilenceForAFlow) {
  now = now + 1s;
  moved.received += 64;
  EXPECT_EQ(moderation.rest(now, moved), Duration{});
  EXPECT_EQ(rests(5, 0, 0), 0);
}

}  // namespace
}  // namespace jvpn::client
