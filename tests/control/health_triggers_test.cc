// SPDX-License-Identifier: Apache-2.0
// Heartbeats whose answers do not come back, and those that take too long.
#include "tests/control/health_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Health, AnswersThatDoNotComeBackMakeVolatileByTheirNumber) {
  sample(1, 1);
  report.unechoed = 2;
  sample(1, 1);
  EXPECT_EQ(state(), State::attached);
  report.unechoed = 3;
  sample(1, 1, false);
  EXPECT_EQ(latest(), "ATTACHED->VOLATILE consecutive_drop_exceeded 1:2");
}

TEST_F(Health, AnswersStillOnTheirWayBeforeTheFirstEchoAreNoDrops) {
  report.unechoed = 5;
  sample(1, 1, false);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Health, RecoversFromDropsWhenAnswersComeBackAgain) {
  sample(1, 1);
  report.unechoed = 3;
  sample(1, 1, false);
  ASSERT_EQ(state(), State::volatile_);
  report.unechoed = 2;  // more than half the limit
  for (int n = 0; n < 42; ++n) sample(1, 1);
  EXPECT_EQ(state(), State::volatile_);
  report.unechoed = 0;
  for (int n = 0; n < 41; ++n) sample(1, 1);
  EXPECT_EQ(state(), State::degraded) << "VOLATILE for four seconds comes first";
  for (int n = 0; n < 42; ++n) sample(1, 1);
  EXPECT_EQ(state(), State::attached);
}

struct Latency : Health {
  void SetUp() override {
    Policy policy;
    policy.volatility.latency_volatile_threshold = 100ms;
    connect(policy);
  }
  /// So many heartbeats, each of which brings this round trip.
  void measure(int heartbeats, Duration rtt) {
    report.rtt = rtt;
    for (int n = 0; n < heartbeats; ++n) sample(1, 1);
  }
};

TEST_F(Latency, IsJudgedByItsP95FromEightRoundTripsOn) {
  measure(7, 101ms);
  EXPECT_EQ(state(), State::attached);
  measure(1, 101ms);
  EXPECT_EQ(latest(), "ATTACHED->VOLATILE latency_threshold_exceeded 1:2");
}

TEST_F(Latency, OneSlowAnswerAmongManyIsNone) {
  measure(31, 20ms);
  measure(1, 900ms);
  EXPECT_EQ(state(), State::attached);
  measure(1, 900ms);
  EXPECT_EQ(state(), State::volatile_) << "two of thirty-two are more than a twentieth";
}

TEST_F(Latency, AtTheLimitIsNotAboveIt) {
  measure(40, 100ms);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Latency, RecoversOnlyWithinHalfTheLimit) {
  measure(8, 150ms);
  ASSERT_EQ(state(), State::volatile_);
  measure(78, 51ms);
  EXPECT_EQ(state(), State::volatile_);
  measure(60, 50ms);
  EXPECT_EQ(state(), State::degraded);
  measure(20, 50ms);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Latency, SampleWithoutANewHeartbeatCountsOnce) {
  measure(1, 500ms);
  for (int n = 0; n < 20; ++n) sample(0, 0);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Latency, OfTheOldBindingIsNotHeldAgainstTheNew) {
  measure(7, 500ms);
  client->jump(kMobile, 2);
  client->learn_ack(kMobile);
  report = {};
  report.bound_version = client->bound_version;
  measure(7, 500ms);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Health, LatencyIsNoTriggerUnlessPolicySaysSo) {
  report.rtt = 30s;
  for (int n = 0; n < 40; ++n) sample(1, 1);
  EXPECT_EQ(state(), State::attached);
}

}  // namespace
}  // namespace jvpn::test
