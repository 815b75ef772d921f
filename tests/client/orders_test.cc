// SPDX-License-Identifier: Apache-2.0
// What a gateway tells its clients, under load, of policy, and what time alone does.
#include <gtest/gtest.h>

#include "client/keepalive.h"
#include "client/timing.h"
#include "session/core/cookie.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

using std::chrono_literals::operator""min;

class ClientOrders : public ::testing::Test {
 protected:
  void attach() {
    world.gateway.answers_probes = false;
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(1s);
  }
  PolicyUpdate update() const {
    PolicyUpdate update;
    update.policy_version = {2, 1};
    update.policy = world.gateway.offer.policy;
    update.tunnel_mtu = 1400;
    update.dns[0] = *parse_address("10.99.0.53");
    return update;
  }
  std::vector<PolicyAck> acks() const {
    std::vector<PolicyAck> all;
    for (const auto& [message, source] : world.gateway.heard) {
      if (const auto* ack = std::get_if<PolicyAck>(&message.body)) all.push_back(*ack);
    }
    return all;
  }
  std::size_t heartbeats_in(Duration time) {
    world.sent.clear();
    world.run_for(time);
    return static_cast<std::size_t>(std::count_if(
        world.sent.begin(), world.sent.end(),
        [](const auto& sent) { return sent.second.payload.size() == kHeartbeatSize; }));
  }

  World world;
};

TEST_F(ClientOrders, SendsTheSameInitWithTheCookieInIt) {
  world.gateway.demands_cookies = true;
  world.gateway.retry_after = 700ms;
  world.set_path(World::kWifi, World::wifi_state());
  ASSERT_TRUE(world.attach());
  ASSERT_GE(world.sent.size(), 2u);
  const Datagram& first = world.sent[0].second.payload;
  const Datagram& second = world.sent[1].second.payload;
  ASSERT_EQ(first.size(), second.size());
  const std::size_t body = first.size() - kMacSize;
  EXPECT_TRUE(
      std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(body), second.begin()));
  EXPECT_NE(first, second);
  EXPECT_EQ(world.sent[1].second.route, world.sent[0].second.route);
  EXPECT_GE(world.sent[1].first - world.sent[0].first, 700ms);
}

TEST_F(ClientOrders, TakesNoCookieThatAnswersAnotherInit) {
  world.gateway.demands_cookies = true;
  world.weather = [](World::Way way, PathId, const Datagram&) {
    return way == World::Way::up ? 1u : 0u;
  };
  world.set_path(World::kWifi, World::wifi_state());
  const std::size_t sent = world.sent.size();
  const CookieScope scope{Tag(7), Mac{1}, world.gateway.public_key()};
  SeededRandom random(4);
  world.inject(World::kWifi, *parse_endpoint("203.0.113.1:51820"),
               write_cookie_reply({Mac{2}, {}}, scope, random.draw<kSealNonceSize>()));
  world.run_for(1ms);
  EXPECT_EQ(world.sent.size(), sent);
  EXPECT_EQ(world.agent.counters().control_ignored, 1u);
}

TEST_F(ClientOrders, AppliesAPolicyOnceAndAcknowledgesEachCopy) {
  attach();
  const Addressed sealed = world.gateway.say_now(update());
  for (int i = 0; i < 3; ++i) world.send_down(sealed);
  world.run_for(100ms);
  ASSERT_EQ(acks().size(), 3u);
  EXPECT_EQ(acks()[2].policy_version, (PolicyVersion{2, 1}));
  EXPECT_EQ(world.count_events("PolicyChanged"), 1u);
  ASSERT_EQ(world.tunnels.size(), 2u);
  EXPECT_EQ(world.tunnels[1].mtu, 1400);
  EXPECT_EQ(to_string(world.tunnels[1].dns[0]), "10.99.0.53");
  EXPECT_EQ(to_string(world.tunnels[1].inner_v4), "10.77.0.2");
}

TEST_F(ClientOrders, BeatsAtTheRateOfTheNewPolicy) {
  attach();
  EXPECT_EQ(heartbeats_in(4s), 8u);
  PolicyUpdate slower = update();
  slower.policy_version = {2, 2};
  slower.policy.volatility.heartbeat_interval = 1s;
  world.send_down(world.gateway.say_now(slower));
  world.run_for(1s);
  EXPECT_EQ(heartbeats_in(4s), 4u);
}

TEST_F(ClientOrders, RefusesAPolicyThatNoGatewayCouldHave) {
  attach();
  PolicyUpdate bad = update();
  bad.policy.volatility.heartbeat_interval = 0ms;
  world.send_down(world.gateway.say_now(bad));
  world.run_for(100ms);
  EXPECT_TRUE(acks().empty());
  EXPECT_EQ(world.count_events("PolicyChanged"), 0u);
}

TEST_F(ClientOrders, StretchesHeartbeatsAndLimitsAsTold) {
  attach();
  world.gateway.stretch = 4;
  world.run_for(1s);
  EXPECT_EQ(heartbeats_in(8s), 4u);
  world.path_works = {{0, false}, {1, false}};
  world.run_for(4s);
  EXPECT_EQ(world.agent.status().state, State::attached) << "silence is judged by the same measure";
  world.run_for(6s);
  EXPECT_NE(world.agent.status().state, State::attached);
}

TEST_F(ClientOrders, AsksAtOnceAfterABriefSleepAndCallsItNoLoss) {
  attach();
  world.events.clear();
  world.sent.clear();
  world.now = world.now + 2500ms;
  world.run_for(1ms);
  ASSERT_FALSE(world.sent.empty());
  EXPECT_EQ(world.sent[0].second.payload.size(), kHeartbeatSize);
  world.run_for(5s);
  EXPECT_TRUE(world.state_changes().empty());
}

TEST_F(ClientOrders, ReattachesAtOnceAfterASleepThatTheGatewayMustHaveNoticed) {
  attach();
  world.sent.clear();
  world.now = world.now + 10s;
  world.run_for(1ms);
  ASSERT_FALSE(world.sent.empty());
  EXPECT_EQ(world.sent[0].second.payload.size(), kRequestSize);
  EXPECT_TRUE(world.attach());
}

TEST_F(ClientOrders, OpensANewSessionSoonAfterALongSleep) {
  attach();
  const SessionId before = world.agent.status().session;
  world.gateway.restart();  // it gave the session up long ago
  world.now = world.now + 60min;
  const Instant awake = world.now;
  ASSERT_TRUE(world.run_until(
      [&] { return world.is_attached() && world.agent.status().session != before; }, 3s));
  EXPECT_LE(world.now - awake, 1s);
}

TEST(KeepaliveTest, LeavesShortHeartbeatsAlone) {
  Keepalive keepalive;
  EXPECT_EQ(keepalive.interval(500ms), 500ms);
  for (int i = 0; i < 100; ++i) keepalive.on_survived(500ms, 500ms);
  EXPECT_EQ(keepalive.interval(500ms), 500ms);
}

TEST(KeepaliveTest, FindsTheLongestSilenceThatANatSurvives) {
  Keepalive keepalive;
  const Duration wanted = 60s, patience = 40s;
  for (int i = 0; i < 200; ++i) {
    const Duration silence = keepalive.interval(wanted);
    if (silence < patience) {
      keepalive.on_survived(silence, wanted);
    } else {
      keepalive.on_lost(silence);
    }
  }
  EXPECT_LT(keepalive.interval(wanted), patience);
  EXPECT_GE(keepalive.interval(wanted), patience / 3);
}

TEST(KeepaliveTest, GoesNotBelowItsLeast) {
  Keepalive keepalive;
  for (int i = 0; i < 20; ++i) keepalive.on_lost(20s);
  EXPECT_EQ(keepalive.interval(60s), Keepalive::kLeast);
}

}  // namespace
}  // namespace jvpn::client
