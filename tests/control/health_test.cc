// SPDX-License-Identifier: Apache-2.0
#include "control/health_window.h"
#include "tests/control/health_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Health, SilenceMakesVolatileExactlyAtTheLimit) {
  gateway->pass(1999ms);
  gateway->healthy(client->tag, 1999ms);
  EXPECT_EQ(state(), State::attached);
  gateway->pass(1ms);
  gateway->healthy(client->tag, 2s);
  EXPECT_EQ(latest(), "ATTACHED->VOLATILE heartbeat_timeout 1:2");
  EXPECT_EQ(gateway->views.at(client->tag).version, gateway->session().version);
}

TEST_F(Health, DeadTransportLosesItsBinding) {
  gateway->pass(2s);
  gateway->healthy(client->tag, 2s);
  gateway->pass(1s);
  gateway->healthy(client->tag, 3s);
  EXPECT_EQ(latest(), "VOLATILE->RECOVERING dead_transport_recovery 1:3");
  EXPECT_FALSE(gateway->views.at(client->tag).has_binding());
  EXPECT_TRUE(gateway->session().bound.is_unset());
  EXPECT_EQ(to_string(gateway->session().bound_version), "1:1");
  ASSERT_EQ(gateway->events("TransportDead").size(), 1u);
  EXPECT_EQ(field(gateway->events("TransportDead")[0], "silent_ms"), "3000");
}

TEST_F(Health, NewBindingIsGrantedTheWholeLimitBeforeItsFirstEvidence) {
  gateway->pass(10s);
  gateway->healthy(client->tag);
  client->jump(kMobile, 2);
  client->learn_ack(kMobile);
  report.bound_version = client->bound_version;
  report.evidence_at = Instant{0};
  gateway->pass(1999ms);
  gateway->health(client->tag, report);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Health, EvidenceOfAnotherBindingProvesNothing) {
  report.bound_version = StateVersion{OwnerEpoch{1}, 9};
  sample(50, 30);
  EXPECT_EQ(state(), State::attached);
  gateway->pass(2s);
  report.evidence_at = gateway->now;
  gateway->health(client->tag, report);
  EXPECT_EQ(latest(), "ATTACHED->VOLATILE heartbeat_timeout 1:2");
}

TEST_F(Health, BindingThatNothingEverCrossedDies) {
  client->jump(kMobile, 2);  // and is never heard of again: what is sampled is of before the jump
  gateway->pass(1999ms);
  gateway->health(client->tag, report);
  EXPECT_EQ(state(), State::attached);
  gateway->pass(1ms);
  gateway->health(client->tag, report);
  EXPECT_EQ(state(), State::volatile_);
  gateway->pass(1s);
  gateway->health(client->tag, report);
  EXPECT_EQ(state(), State::recovering);
  EXPECT_EQ(field(gateway->events("TransportDead")[0], "silent_ms"), "3000");
}

TEST_F(Health, LossAboveTheThresholdMakesVolatile) {
  sample(50, 40);  // 20 %: at the threshold, not above
  EXPECT_EQ(state(), State::attached);
  sample(50, 39);
  EXPECT_EQ(latest(), "ATTACHED->VOLATILE loss_threshold_exceeded 1:2");
}

TEST_F(Health, LossOfFewPacketsIsNotJudged) {
  sample(19, 0);
  EXPECT_EQ(state(), State::attached);
  sample(1, 0);
  EXPECT_EQ(state(), State::volatile_);
}

TEST_F(Health, LossIsForgottenWhenTheWindowHasPassed) {
  sample(100, 85);
  for (int n = 0; n < 100; ++n) sample(10, 10);
  sample(100, 85);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Health, RecoversAfterTheStabilityWindowInBounds) {
  sample(50, 30);
  ASSERT_EQ(state(), State::volatile_);
  gateway->healthy(client->tag);
  // Loss leaves its window after 2 s, then 2 s in bounds: at 4 s VOLATILE would have lasted too
  // long.
  for (int n = 0; n < 38; ++n) sample(200, 200);
  EXPECT_EQ(state(), State::volatile_);
  for (int n = 0; n < 4; ++n) sample(200, 200);
  EXPECT_EQ(latest(), "VOLATILE->ATTACHED health_recovered 1:3");
  EXPECT_EQ(gateway->session().bound, kHome);
}

TEST_F(Health, AbsenceOfEvidenceIsNoRecovery) {
  gateway->pass(2s);
  gateway->healthy(client->tag, 2s);
  for (int n = 0; n < 10; ++n) sample(0, 0, false);
  EXPECT_EQ(state(), State::volatile_);
}

TEST_F(Health, VolatileThatLastsTooLongDegradesAndMayStillRecover) {
  sample(50, 30);
  for (int n = 0; n < 78; ++n) sample(50, 42);  // 16 %: neither out of bounds nor within
  EXPECT_EQ(state(), State::volatile_);
  for (int n = 0; n < 2; ++n) sample(50, 42);
  EXPECT_EQ(latest(), "VOLATILE->DEGRADED volatile_persisted 1:3");
  EXPECT_EQ(gateway->session().bound, kHome);
  for (int n = 0; n < 90; ++n) sample(50, 50);
  EXPECT_EQ(latest(), "DEGRADED->ATTACHED health_recovered 1:4");
}

TEST_F(Health, DegradedTransportThatDiesLeadsToRecovering) {
  sample(50, 30);
  for (int n = 0; n < 81; ++n) sample(50, 42);
  ASSERT_EQ(state(), State::degraded);
  for (int n = 0; n < 60; ++n) sample(0, 0, false);
  EXPECT_EQ(latest(), "DEGRADED->RECOVERING dead_transport_recovery 1:4");
}

TEST_F(Health, WindowsStartAfreshWithEachBinding) {
  for (int n = 0; n < 60; ++n) sample(50, 50);  // counts of the old binding are far ahead
  client->jump(kMobile, 2);
  client->learn_ack(kMobile);
  report = {};
  report.bound_version = client->bound_version;
  sample(30, 20);
  EXPECT_EQ(state(), State::volatile_);
}

TEST_F(Health, LossOfTheOldBindingIsNotHeldAgainstTheNew) {
  sample(100, 80);
  client->jump(kMobile, 2);
  client->learn_ack(kMobile);
  report = {};
  report.bound_version = client->bound_version;
  sample(50, 50);
  EXPECT_EQ(state(), State::attached);
}

TEST_F(Health, BytesAreShownToOperators) {
  report.bytes_up = 11;
  report.metered_down = 13;
  report.bytes_down = 22;
  sample(0, 0);
  EXPECT_EQ(gateway->session().bytes_up, 11u);
  EXPECT_EQ(gateway->session().metered_down, 13u);
  EXPECT_EQ(gateway->session().bytes_down, 22u);
}

TEST_F(Health, TightLimitStillFindsItsWayBack) {
  Policy policy;
  policy.volatility.heartbeat_volatile = 600ms;  // barely above the interval of 500 ms
  connect(policy);
  gateway->pass(600ms);
  gateway->healthy(client->tag, 600ms);
  ASSERT_EQ(state(), State::volatile_);
  for (int n = 0; n < 50; ++n) {
    gateway->pass(50ms);
    gateway->healthy(client->tag, 50ms * (n % 11));
  }
  EXPECT_EQ(state(), State::attached);
}

TEST(LossWindow, HoldsABoundedNumberOfSamples) {
  LossWindow window;
  window.restart(Instant{0});
  for (int n = 1; n <= 100'000; ++n) {
    const auto packets = static_cast<std::uint64_t>(n);
    window.add({Instant{std::int64_t{n} * 100'000}, packets * 2, packets}, 2s);
  }
  EXPECT_NEAR(window.loss(2s, Instant{10'000'000'000}).value(), 0.5, 0.01);
  EXPECT_LE(window.samples(), 20u);
}

TEST(LossWindow, NeverGoesBelowZeroWhenPacketsOvertakeTheCount) {
  LossWindow window;
  window.restart(Instant{0});
  window.add({Instant{1000}, 100, 130}, 2s);
  EXPECT_EQ(window.loss(2s, Instant{2000}), 0.0);
}

}  // namespace
}  // namespace jvpn::test
