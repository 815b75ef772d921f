// SPDX-License-Identifier: Apache-2.0
#include "client/path_health.h"

#include <gtest/gtest.h>

namespace jvpn::client {
namespace {

class PathHealthTest : public ::testing::Test {
 protected:
  /// Asks; the answer comes `rtt` later when `answered`. `now` is then at the next ask.
  void beat(bool answered, Duration rtt = 10ms) {
    const Heartbeat ask = health.ask(++nonce, now);
    if (answered) {
      Heartbeat reply;
      reply.kind = HeartbeatKind::reply;
      reply.echo = ask.nonce;
      reply.nonce = nonce + 1000;
      reply.received = gateway_received += 1;
      reply.sent = gateway_sent += 1;
      health.count_received(1);
      health.on_reply(reply, now + rtt);
    }
    health.observe(now + rtt);
    now = now + policy.heartbeat_interval;
  }

  VolatilityPolicy policy;
  Instant now{0};
  PathHealth health{policy, now};
  std::uint64_t nonce = 0;
  std::uint64_t gateway_received = 0;
  std::uint64_t gateway_sent = 0;
};

TEST_F(PathHealthTest, FindsNothingWhileAnswersCome) {
  for (int i = 0; i < 20; ++i) {
    beat(true);
    EXPECT_FALSE(health.trigger(now));
  }
  EXPECT_EQ(health.rtt(), 10ms);
}

TEST_F(PathHealthTest, AsksFirstSoThatTheSecondComesWellBeforeTheGatewaysPatienceEnds) {
  EXPECT_EQ(health.next_ask(), now + 375ms) << "(2 s - 500 ms) / 4";
  policy.heartbeat_volatile = 600ms;
  EXPECT_EQ(PathHealth(policy, now).next_ask(), now + 25ms);
  policy.heartbeat_volatile = 10s;
  EXPECT_EQ(PathHealth(policy, now).next_ask(), now + policy.heartbeat_interval);
}

TEST_F(PathHealthTest, CountsHeartbeatsUnansweredInARow) {
  beat(true);
  beat(false);
  beat(false);
  EXPECT_FALSE(health.trigger(now));
  beat(false);
  EXPECT_EQ(health.trigger(now), Event::drops_in_row);
}

TEST_F(PathHealthTest, TellsTheGatewayTheLatestRoundTripOverThisBinding) {
  EXPECT_EQ(health.ask(++nonce, now).rtt_us, 0u) << "none was measured yet";
  beat(true, std::chrono::microseconds(12'345));
  beat(false);
  EXPECT_EQ(health.ask(++nonce, now).rtt_us, 12'345u);
  health = PathHealth(policy, now);
  EXPECT_EQ(health.ask(++nonce, now).rtt_us, 0u);
}

TEST_F(PathHealthTest, StartsTheRowAnewWithAnAnswer) {
  for (int i = 0; i < 6; ++i) beat(i % 3 == 2);
  EXPECT_FALSE(health.trigger(now));
}

TEST_F(PathHealthTest, SaysLateThenDeadAsSilenceGrows) {
  policy.max_consecutive_drops = 100;
  health = PathHealth(policy, now);
  beat(true, 0ms);
  EXPECT_FALSE(health.trigger(Instant{0} + policy.heartbeat_volatile - Duration(1)));
  EXPECT_EQ(health.trigger(Instant{0} + policy.heartbeat_volatile), Event::evidence_late);
  EXPECT_EQ(health.trigger(Instant{0} + policy.transport_dead), Event::transport_dead);
}

TEST_F(PathHealthTest, TakesNoReplyThatEchoesNothingOfOurs) {
  Heartbeat reply;
  reply.kind = HeartbeatKind::reply;
  EXPECT_FALSE(health.on_reply(reply, now)) << "no ask has been sent, so zero echoes nothing";
  const Heartbeat ask = health.ask(42, now);
  reply.echo = 43;
  EXPECT_FALSE(health.on_reply(reply, now));
  reply.echo = 42;
  EXPECT_TRUE(health.on_reply(reply, now));
  EXPECT_FALSE(health.on_reply(reply, now)) << "each ask is answered once";
  EXPECT_EQ(ask.sent, 1u);
}

TEST_F(PathHealthTest, TakesNoReplyThatALaterOneOvertook) {
  policy.loss_window = 60s;
  health = PathHealth(policy, now);
  for (int i = 0; i < 30; ++i) beat(true);
  Heartbeat late;
  late.kind = HeartbeatKind::reply;
  late.echo = health.ask(++nonce, now).nonce;
  late.received = gateway_received;
  late.sent = gateway_sent;
  for (int i = 0; i < 30; ++i) beat(true);
  EXPECT_FALSE(health.on_reply(late, now).has_value());
  EXPECT_EQ(health.rtt(), 10ms);
  for (int i = 0; i < 3; ++i) beat(true);
  EXPECT_EQ(health.loss(now), 0.0);
}

TEST_F(PathHealthTest, EchoesTheNonceLastHeard) {
  beat(true);
  EXPECT_EQ(health.ask(99, now).echo, 1001u);
}

TEST_F(PathHealthTest, MeasuresLossOfTheWorseDirection) {
  beat(true);
  health.count_sent(99);
  gateway_received += 49;  // every other one
  beat(true);
  EXPECT_NEAR(health.loss(now), 0.5, 0.01);
  EXPECT_EQ(health.trigger(now), Event::loss_high);
}

TEST_F(PathHealthTest, JudgesNoLossByFewPackets) {
  beat(true);
  health.count_sent(10);
  beat(true);
  EXPECT_EQ(health.loss(now), 0.0);
}

TEST_F(PathHealthTest, ForgetsLossThatIsOlderThanTheWindow) {
  beat(true);
  health.count_sent(99);
  beat(true);
  ASSERT_GT(health.loss(now), 0.5);
  for (int i = 0; i < 6; ++i) {
    health.count_sent(30);
    gateway_received += 30;
    beat(true);
  }
  EXPECT_EQ(health.loss(now), 0.0);
}

TEST_F(PathHealthTest, SeesHighLatencyOnlyWhereALimitIsSet) {
  for (int i = 0; i < 20; ++i) beat(true, 300ms);
  EXPECT_FALSE(health.trigger(now));
  policy.latency_volatile_threshold = 200ms;
  health = PathHealth(policy, now);
  for (int i = 0; i < 20; ++i) beat(true, 300ms);
  EXPECT_EQ(health.trigger(now), Event::latency_high);
}

TEST_F(PathHealthTest, IsStableAfterTheWholeWindowInBounds) {
  beat(true);
  for (int i = 0; i < 3; ++i) beat(false);
  health.observe(now);
  const Instant bad = now;
  while (now - bad < policy.stability_window) {
    EXPECT_FALSE(health.is_stable(now));
    beat(true);
  }
  EXPECT_TRUE(health.is_stable(now));
}

}  // namespace
}  // namespace jvpn::client
