// SPDX-License-Identifier: Apache-2.0
#include "control/live_policy.h"

#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

struct Changing : testing::Test {
  void SetUp() override {
    ASSERT_TRUE(client.connect());
    gateway.sent.clear();
  }
  /// The present policy with a higher version and whatever `change` does to it.
  template <class Change>
  Policy changed(Change change, PolicyApply apply = PolicyApply::strict) {
    Policy policy = gateway.core.policy();
    policy.version = "1." + std::to_string(++minor);
    policy.apply = apply;
    change(policy);
    return policy;
  }
  bool apply(const Policy& policy) { return gateway.apply(policy); }
  std::optional<PolicyUpdate> told() const { return client.last<PolicyUpdate>(kHome); }
  void acknowledge() {
    gateway.control(client.seal(PolicyAck{told().value().policy_version}), kHome);
  }
  std::size_t alive() const { return gateway.core.sessions(gateway.now).size(); }

  FakeGateway gateway;
  FakeClient client{gateway};
  int minor = 0;
};

TEST_F(Changing, StrictPolicyHoldsAtOnceAndTheClientIsTold) {
  ASSERT_TRUE(apply(changed([](Policy& p) { p.switching.max_switches_per_min = 0; })));
  client.jump(kMobile, 2);
  EXPECT_EQ(client.last<ReattachReject>(kMobile)->reason, Reason::switch_rate_limited);
  gateway.pass(50ms);
  ASSERT_TRUE(told().has_value());
  EXPECT_EQ(to_string(told()->policy_version), "1.1");
  EXPECT_EQ(told()->policy.switching.max_switches_per_min, 0u);
  ASSERT_EQ(gateway.events("PolicyChanged").size(), 1u);
  EXPECT_EQ(gateway.events("PolicyChanged")[0].policy_version, "1.1");
  EXPECT_EQ(field(gateway.events("PolicyChanged")[0], "previous_policy_version"), "1.0");
  EXPECT_EQ(gateway.events("TransportSwitchDenied").at(0).policy_version, "1.1");
}

TEST_F(Changing, MetersFollowAStrictPolicyAtOnceAndAGracefulOneWithTheNextTransition) {
  const auto meter = [](std::uint64_t bps) {
    return [bps](Policy& p) { p.meters.down.peak_bps = bps; };
  };
  EXPECT_EQ(gateway.meters.at(client.tag), MetersPolicy{});
  ASSERT_TRUE(apply(changed(meter(1'000'000))));
  gateway.pass(50ms);
  EXPECT_EQ(gateway.meters.at(client.tag).down.peak_bps, 1'000'000u);
  ASSERT_TRUE(apply(changed(meter(2'000'000), PolicyApply::grace)));
  gateway.pass(50ms);
  EXPECT_EQ(gateway.meters.at(client.tag).down.peak_bps, 1'000'000u);
  client.jump(kMobile, 2);
  EXPECT_EQ(gateway.meters.at(client.tag).down.peak_bps, 2'000'000u);
}

TEST_F(Changing, UpdateIsRepeatedUntilItIsAcknowledged) {
  ASSERT_TRUE(apply(changed([](Policy& p) { p.switching.drain = 300ms; })));
  for (int n = 0; n < 40; ++n) {  // 2 s: at once, after 250 ms, 500 ms, 1 s
    gateway.pass(50ms);
    gateway.healthy(client.tag);
  }
  EXPECT_EQ(gateway.sent.size(), 4u);
  acknowledge();
  gateway.sent.clear();
  for (int n = 0; n < 10; ++n) {
    gateway.pass(5s);
    gateway.healthy(client.tag);
  }
  EXPECT_TRUE(gateway.sent.empty());
}

TEST_F(Changing, WhatNeedsTheClientWaitsForItsAcknowledgement) {
  ASSERT_TRUE(apply(changed([](Policy& p) {
    p.security.replay_window_packets = 128;
    p.volatility.heartbeat_volatile = 700ms;
    p.volatility.transport_dead = 900ms;
  })));
  gateway.pass(800ms);
  gateway.healthy(client.tag, 800ms);
  EXPECT_EQ(gateway.session().state, State::attached);
  EXPECT_EQ(gateway.views.at(client.tag).replay_window, kMaxReplayWindow);
  acknowledge();
  EXPECT_EQ(gateway.views.at(client.tag).replay_window, 128u);
  gateway.healthy(client.tag, 800ms);
  EXPECT_EQ(gateway.session().state, State::volatile_);
}

TEST_F(Changing, GraceWaitsForTheNextTransition) {
  ASSERT_TRUE(
      apply(changed([](Policy& p) { p.switching.recovery_window = 1s; }, PolicyApply::grace)));
  gateway.pass(50ms);
  EXPECT_FALSE(told().has_value());
  EXPECT_EQ(gateway.events("PolicyChanged").at(0).policy_version, "1.1");
  gateway.pass(2950ms);
  gateway.healthy(client.tag, 3s);
  ASSERT_EQ(gateway.session().state, State::recovering);
  EXPECT_EQ(gateway.events("SessionStateChange").back().policy_version, "1.1");
  gateway.pass(1s);
  EXPECT_EQ(gateway.session().state, State::degraded);
}

TEST_F(Changing, DeadlinesComeNearerButNeverBelowTwoHeartbeats) {
  gateway.pass(600s);
  gateway.healthy(client.tag);
  ASSERT_TRUE(apply(changed([](Policy& p) { p.session.max_lifetime = 60s; })));
  gateway.pass(999ms);
  EXPECT_EQ(alive(), 1u);
  gateway.pass(1ms);
  EXPECT_EQ(alive(), 0u);
  EXPECT_EQ(gateway.events("SessionTerminated").at(0).reason, Reason::session_lifetime_exceeded);
}

TEST_F(Changing, NoDeadlineThatRunsIsPutOff) {
  gateway.pass(3s);
  gateway.healthy(client.tag, 3s);
  ASSERT_EQ(gateway.session().state, State::recovering);
  ASSERT_TRUE(apply(changed([](Policy& p) {
    p.session.transport_lost_ttl = 600s;
    p.switching.recovery_window = 60s;
  })));
  gateway.pass(8s);
  EXPECT_EQ(gateway.session().state, State::degraded);
  gateway.pass(6999ms);
  EXPECT_EQ(alive(), 1u);
  gateway.pass(1ms);
  EXPECT_EQ(alive(), 0u);
}

TEST_F(Changing, BadPolicyIsSaidKeepsTheLastGoodOneAndDeniesBirths) {
  EXPECT_FALSE(apply(changed([](Policy& p) { p.switching.drain = -1s; })));
  ASSERT_EQ(gateway.events("PolicyRejected").size(), 1u);
  EXPECT_EQ(gateway.events("PolicyRejected")[0].policy_version, "1.0");
  EXPECT_EQ(field(gateway.events("PolicyRejected")[0], "why"),
            "policy.switching.drain_ms = -1000: must be 0 .. 4294967295");
  EXPECT_EQ(gateway.core.policy().version, "1.0");
  client.jump(kMobile, 2);
  EXPECT_EQ(gateway.session().bound, kMobile);
  FakeClient again(gateway);
  EXPECT_FALSE(again.connect());
  EXPECT_EQ(gateway.counter("policy_denied"), 1u);
  ASSERT_TRUE(apply(gateway.core.policy()));
  EXPECT_TRUE(again.connect());
}

TEST_F(Changing, ChangeWithoutAHigherVersionIsRejected) {
  Policy same = gateway.core.policy();
  same.switching.drain = 1s;
  EXPECT_FALSE(apply(same));
  same.version = "0.9";
  EXPECT_FALSE(apply(same));
  same.version = "1.10";
  EXPECT_TRUE(apply(same));
  same.version = "1.9";
  same.switching.drain = 2s;
  EXPECT_FALSE(apply(same));
}

TEST_F(Changing, AcknowledgementOfAnotherVersionCountsForNothing) {
  gateway.control(client.seal(PolicyAck{{1, 0}}), kHome);
  ASSERT_TRUE(apply(changed([](Policy& p) { p.switching.drain = 1s; })));
  gateway.pass(50ms);
  gateway.control(client.seal(PolicyAck{{1, 0}}), kHome);
  EXPECT_EQ(gateway.counter("policy_ack_unasked"), 2u);
}

TEST(LivePolicy, ManyEndsAreSpread) {
  Configured setup;
  setup.peers = 50;
  FakeGateway gateway(std::move(setup));
  for (std::size_t n = 0; n < 50; ++n) {
    FakeClient client(gateway, n, 50 + n);
    client.source.port = static_cast<std::uint16_t>(4000 + n);
    ASSERT_TRUE(client.connect());
  }
  gateway.pass(3600s);
  Policy policy = gateway.core.policy();
  policy.version = "2.0";
  policy.session.max_lifetime = 60s;
  ASSERT_TRUE(gateway.apply(policy));
  gateway.pass(50ms);  // reaches them all
  gateway.pass(950ms);
  const std::size_t first = gateway.events("SessionTerminated").size();
  gateway.pass(5ms);
  const std::size_t second = gateway.events("SessionTerminated").size();
  gateway.pass(5ms);
  EXPECT_EQ(first, 1u);
  EXPECT_GT(second, first);
  EXPECT_LT(second, 50u);
  EXPECT_EQ(gateway.events("SessionTerminated").size(), 50u);
}

TEST(LivePolicy, HeartbeatIsGrantedWithinBounds) {
  const VolatilityPolicy policy;  // 500 ms, VOLATILE after 2 s
  EXPECT_EQ(granted_heartbeat(policy, 0ms), 500ms);
  EXPECT_EQ(granted_heartbeat(policy, 1ms), 125ms);
  EXPECT_EQ(granted_heartbeat(policy, 300ms), 300ms);
  EXPECT_EQ(granted_heartbeat(policy, 800ms), 800ms);
  EXPECT_EQ(granted_heartbeat(policy, 60s), 1s);
}

TEST(LivePolicy, WishForAHeartbeatIsGrantedInTheAck) {
  FakeGateway gateway;
  FakeClient client(gateway);
  client.wanted_heartbeat = 800ms;
  ASSERT_TRUE(client.connect());
  EXPECT_EQ(client.ack->policy.volatility.heartbeat_interval, 800ms);
}

TEST(LivePolicy, RestOfTheConfigurationFollowsDone) {
  Configured setup;
  setup.dns = parse_address("10.99.0.53").value();
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const auto update = client.last<PolicyUpdate>(kHome);
  ASSERT_TRUE(update.has_value());
  EXPECT_EQ(update->dns[0], gateway.setup.dns);
  EXPECT_EQ(update->policy, client.ack->policy);
  gateway.sent.clear();
  gateway.control(client.seal(PolicyAck{update->policy_version}), kHome);
  gateway.pass(1s);
  EXPECT_TRUE(gateway.sent.empty());
}

TEST(LivePolicy, HeartbeatsAreStretchedForManySessionsAndLimitsAlike) {
  Configured setup;
  setup.peers = 9;
  setup.policy.limits.heartbeats_per_s = 8;  // nine sessions ask 18 times a second
  FakeGateway gateway(std::move(setup));
  std::vector<std::unique_ptr<FakeClient>> clients;
  for (std::size_t n = 0; n < 9; ++n) {
    clients.push_back(std::make_unique<FakeClient>(gateway, n, 50 + n));
    clients[n]->source.port = static_cast<std::uint16_t>(4000 + n);
    ASSERT_TRUE(clients[n]->connect());
  }
  gateway.pass(1s);
  for (const auto& [tag, view] : gateway.views) EXPECT_EQ(view.heartbeat_stretch, 3u);
  const Tag tag = clients[0]->tag;
  gateway.pass(5900ms);
  gateway.healthy(tag, 5900ms);
  EXPECT_EQ(gateway.core.sessions(gateway.now)[0].state, State::attached);
  for (const auto& one : clients) gateway.healthy(one->tag, 6s);
  for (const SessionInfo& info : gateway.core.sessions(gateway.now)) {
    EXPECT_EQ(info.state, State::volatile_);
  }
}

TEST(LivePolicy, ASessionBornWhileHeartbeatsAreStretchedHasThatStretch) {
  Configured setup;
  setup.peers = 9;
  setup.policy.limits.heartbeats_per_s = 8;
  FakeGateway gateway(std::move(setup));
  std::vector<std::unique_ptr<FakeClient>> clients;
  for (std::size_t n = 0; n < 9; ++n) {
    if (n == 8) gateway.pass(1s);  // eight ask 16 times a second
    clients.push_back(std::make_unique<FakeClient>(gateway, n, 50 + n));
    clients[n]->source.port = static_cast<std::uint16_t>(4000 + n);
    ASSERT_TRUE(clients[n]->connect());
  }
  EXPECT_EQ(gateway.views.at(clients[8]->tag).heartbeat_stretch, 2u);
}

}  // namespace
}  // namespace jvpn::test
