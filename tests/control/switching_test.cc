// SPDX-License-Identifier: Apache-2.0
#include "tests/control/connected_fixture.h"

namespace jvpn::test {
namespace {

Endpoint nth_source(int n) {
  return Endpoint{IpAddress::v4({198, 51, 100, static_cast<std::uint8_t>(n)}), 5000};
}

struct Switching : Connected {
  /// True: committed.
  bool jump(int n, std::uint8_t path, Reason cause = Reason::none) {
    client->jump(nth_source(n), path, cause);
    return client->learn_ack(nth_source(n));
  }
  ReattachReject denial(int n) const {
    return client->last<ReattachReject>(nth_source(n)).value_or(ReattachReject{});
  }
};

TEST_F(Switching, LimitIsOverASlidingMinute) {
  Policy policy;
  policy.switching.max_switches_per_min = 3;
  connect(policy);
  for (int n = 1; n <= 3; ++n) {
    gateway->pass(10s);
    gateway->healthy(client->tag);
    ASSERT_TRUE(jump(n, static_cast<std::uint8_t>(n)));
  }
  gateway->pass(10s);
  EXPECT_FALSE(jump(4, 4));
  EXPECT_EQ(denial(4).reason, Reason::switch_rate_limited);
  EXPECT_EQ(denial(4).retry_after_ms, 30'000u);
  gateway->pass(29'999ms);
  EXPECT_FALSE(jump(5, 5));
  gateway->pass(1ms);
  EXPECT_TRUE(jump(6, 6));
  gateway->pass(2s);
  EXPECT_FALSE(jump(7, 7));  // the second of the three still counts
}

TEST_F(Switching, DenialWhileABindingLivesIsAnEventAndNoTransition) {
  Policy policy;
  policy.switching.max_switches_per_min = 0;
  connect(policy);
  EXPECT_FALSE(jump(1, 2));
  EXPECT_EQ(denial(1).reason, Reason::switch_rate_limited);
  EXPECT_EQ(gateway->transitions().size(), 1u);
  EXPECT_EQ(gateway->session().state, State::attached);
  ASSERT_EQ(gateway->events("TransportSwitchDenied").size(), 1u);
  EXPECT_EQ(gateway->events("TransportSwitchDenied")[0].reason, Reason::switch_rate_limited);
  EXPECT_EQ(field(gateway->events("ReattachResult").at(0), "status"), "denied");
}

TEST_F(Switching, DenialWithoutABindingDegrades) {
  Policy policy;
  policy.switching.max_switches_per_min = 0;
  connect(policy);
  gateway->pass(3s);
  gateway->healthy(client->tag, 3s);
  ASSERT_EQ(gateway->session().state, State::recovering);
  EXPECT_FALSE(jump(1, 2));
  EXPECT_EQ(gateway->transitions().back(), "RECOVERING->DEGRADED switch_rate_limited 1:4");
  EXPECT_EQ(denial(1).version, gateway->session().version);
  EXPECT_FALSE(jump(2, 3));  // again: no transition is left
  EXPECT_EQ(gateway->session().state, State::degraded);
}

TEST_F(Switching, DeniedConfirmRepeatedGetsTheSameRejectAndNoSecondEvent) {
  Policy policy;
  policy.switching.max_switches_per_min = 0;
  connect(policy);
  gateway->control(client->request(2), kMobile);
  const Datagram confirm = client->answer(kMobile, 2);
  gateway->sent.clear();
  gateway->control(confirm, kMobile);
  const auto first = gateway->take_sent();
  const std::string before = gateway->picture();
  gateway->control(confirm, kMobile);
  EXPECT_EQ(gateway->take_sent().at(0).payload, first.at(0).payload);
  gateway->control(confirm, kElsewhere);
  EXPECT_TRUE(gateway->sent.empty());
  EXPECT_EQ(gateway->picture(), before);
}

TEST_F(Switching, DeniedConfirmCannotBeReplayedOnceThePolicyWouldAllow) {
  connect({});
  ASSERT_TRUE(jump(1, 2));
  gateway->control(client->request(3), kMobile);
  const Datagram confirm = client->answer(kMobile, 3);
  gateway->control(confirm, kMobile);
  EXPECT_EQ(client->last<ReattachReject>(kMobile)->reason, Reason::cooldown_active);
  gateway->pass(2s);
  const std::string before = gateway->picture();
  gateway->control(confirm, kMobile);
  EXPECT_EQ(gateway->picture(), before);
}

TEST_F(Switching, CooldownRunsFromTheLastCommittedSwitch) {
  connect({});
  ASSERT_TRUE(jump(1, 2));
  gateway->pass(1499ms);
  EXPECT_FALSE(jump(2, 3));
  EXPECT_EQ(denial(2).reason, Reason::cooldown_active);
  EXPECT_EQ(denial(2).retry_after_ms, 1u);
  gateway->pass(1ms);
  EXPECT_TRUE(jump(3, 4));
}

TEST_F(Switching, DeadPathLiftsTheCooldown) {
  connect({});
  ASSERT_TRUE(jump(1, 2));
  EXPECT_TRUE(jump(2, 3, Reason::dead_transport_recovery));

  Policy slow;
  slow.switching.switch_cooldown = 60s;
  connect(slow);
  ASSERT_TRUE(jump(1, 2));
  gateway->pass(3s);
  gateway->healthy(client->tag, 3s);
  EXPECT_TRUE(jump(2, 3));
}

TEST_F(Switching, DeadPathNeverLiftsTheLimit) {
  Policy policy;
  policy.switching.max_switches_per_min = 1;
  connect(policy);
  ASSERT_TRUE(jump(1, 2));
  EXPECT_FALSE(jump(2, 3, Reason::dead_transport_recovery));
  EXPECT_EQ(denial(2).reason, Reason::switch_rate_limited);
}

TEST_F(Switching, RebindingOfTheSamePathHasItsOwnBudgetAndNoCooldown) {
  Policy policy;
  policy.switching.max_switches_per_min = 1;
  policy.switching.max_nat_rebinds_per_min = 2;
  connect(policy);
  ASSERT_TRUE(jump(1, 2));
  ASSERT_TRUE(jump(2, 2));
  ASSERT_TRUE(jump(3, 2));
  EXPECT_FALSE(jump(4, 2));
  EXPECT_EQ(denial(4).reason, Reason::switch_rate_limited);
  EXPECT_EQ(gateway->events("TransportSwitch").at(1).reason, Reason::nat_rebind_detected);
}

}  // namespace
}  // namespace jvpn::test
