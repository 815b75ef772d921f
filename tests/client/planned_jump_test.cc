// SPDX-License-Identifier: Apache-2.0
// Paths that stand by, and moving to one of them while the one in use lives.
#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

class ClientStandby : public ::testing::Test {
 protected:
  void SetUp() override {
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(5s);
    clear();
  }
  void clear() {
    world.events.clear();
    world.sent.clear();
    world.gateway.heard.clear();
  }
  void link(PathId path, bool up) {
    PathState state = path == World::kWifi ? World::wifi_state() : World::lte_state();
    state.up = up;
    world.set_path(path, state);
  }
  template <class Body>
  std::size_t heard() const {
    std::size_t count = 0;
    for (const auto& [message, source] : world.gateway.heard) {
      count += std::holds_alternative<Body>(message.body);
    }
    return count;
  }
  bool moves_to(PathId path, Duration limit) {
    return world.run_until(
        [&] { return world.is_attached() && world.agent.status().bound.path == path; }, limit);
  }
  /// Wi-Fi loses one data packet in so many; heartbeats get through.
  void lose_wifi_data(unsigned one_in) {
    world.weather = [one_in, n = 0u](World::Way, PathId path, const Datagram& datagram) mutable {
      const bool data = datagram[0] >> 4 == 5 && datagram.size() < kHeartbeatSize;
      return path == World::kWifi && data && ++n % one_in == 0 ? 0u : 1u;
    };
  }

  World world;
};

TEST_F(ClientStandby, ProbesTheOtherPathAtALowRateAndProvesIt) {
  world.run_for(20s);
  EXPECT_EQ(heard<PathProbe>(), 5u) << "two fifths of ten seconds apart";
  EXPECT_EQ(heard<PathResponse>(), heard<PathProbe>());
  EXPECT_EQ(world.gateway.validated, World::kLte);
  for (const auto& [at, datagram] : world.sent) {
    if (datagram.route.path != World::kLte) continue;
    EXPECT_NE(datagram.payload[0] >> 4, 5) << "no data on a path that stands by";
  }
}

TEST_F(ClientStandby, SendsProbesOfFullSizeThatTellWhatWasMeasured) {
  world.run_for(5s);
  for (const auto& [message, source] : world.gateway.heard) {
    const auto* probe = std::get_if<PathProbe>(&message.body);
    if (probe == nullptr) continue;
    EXPECT_EQ(probe->path, World::kLte);
    EXPECT_EQ(probe->rtt_us, 20'000u);
    EXPECT_EQ(probe->loss_ppm, 0u);
    EXPECT_EQ(source, world.source_of(World::kLte));
  }
  EXPECT_GE(heard<PathProbe>(), 1u);
  const bool all = std::all_of(world.sent.begin(), world.sent.end(), [](const auto& sent) {
    return sent.second.route.path != World::kLte || sent.second.payload[0] >> 4 != 6 ||
           sent.second.payload.size() == kRequestSize || sent.second.payload.size() < 160;
  });
  EXPECT_TRUE(all);
}

TEST_F(ClientStandby, JumpsWithASingleMessageToAPathThatWasProven) {
  const Instant begin = world.now;
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  EXPECT_EQ(world.now - begin, world.delay * 2) << "one round trip";
  EXPECT_EQ(heard<ReattachConfirm>(), 0u);
}

TEST_F(ClientStandby, ReturnsToThePreferredPathOnceItHasBeenStable) {
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.run_for(10s);
  link(World::kWifi, true);
  const Instant back = world.now;
  ASSERT_TRUE(moves_to(World::kWifi, 10s));
  EXPECT_GE(world.now - back, world.gateway.offer.policy.volatility.stability_window);
  EXPECT_EQ(world.last_reason("TransportSwitch"), Reason::peer_transport_changed);
}

TEST_F(ClientStandby, StaysAwayFromAPreferredPathThatDoesNotAnswer) {
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.path_works[0] = false;
  link(World::kWifi, true);
  world.run_for(60s);
  EXPECT_EQ(world.agent.status().bound.path, World::kLte);
  EXPECT_EQ(world.agent.status().state, State::attached);
}

TEST_F(ClientStandby, SendsDataOnTheLivingPathUntilTheAckAndLosesNone) {
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.run_for(10s);
  link(World::kWifi, true);
  world.gateway.delivered.clear();
  world.delivered.clear();
  std::size_t count = 0;
  bool moved = false;
  for (; count < 2000 && !(moved && count % 100 == 99); ++count) {
    ASSERT_TRUE(world.send_inner(static_cast<std::uint8_t>(count))) << "never a pause";
    world.send_down(world.gateway.data(World::inner_packet("10.99.0.2", "10.77.0.2", 1)));
    world.run_for(5ms);
    moved = world.agent.status().bound.path == World::kWifi;
  }
  ASSERT_TRUE(moved);
  world.run_for(100ms);
  EXPECT_EQ(world.delivered.size(), count) << "downlink, by either path";
  // The scripted gateway has no drain: what was under way on the old path is all it refused.
  EXPECT_GE(world.gateway.delivered.size() + 5, count);
}

TEST_F(ClientStandby, LeavesALossyPathForOneThatIsMeasuredToBeBetter) {
  lose_wifi_data(3);
  for (int i = 0; i < 300 && world.agent.status().bound.path == World::kWifi; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_EQ(world.agent.status().bound.path, World::kLte);
  EXPECT_EQ(world.count_events("TransportDead"), 0u) << "while the old path still carried";
}

TEST_F(ClientStandby, KeepsThePathInUseWhenThePlannedJumpIsDenied) {
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.run_for(10s);
  world.gateway.next_reject = ReattachReject{Reason::cooldown_active, world.gateway.version(),
                                             world.gateway.version(), 2000};
  link(World::kWifi, true);
  ASSERT_TRUE(
      world.run_until([&] { return world.count_events("TransportSwitchDenied") == 1; }, 20s));
  const Instant denied = world.now;
  EXPECT_EQ(world.agent.status().state, State::attached);
  ASSERT_TRUE(moves_to(World::kWifi, 10s));
  EXPECT_GE(world.now - denied, 2s);
}

TEST_F(ClientStandby, AsksAgainAtOnceWhenThePathDiedBeforeTheCooldownWasTold) {
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.run_for(10s);
  world.gateway.next_reject = ReattachReject{Reason::cooldown_active, world.gateway.version(),
                                             world.gateway.version(), 2000};
  const std::size_t asked = world.count_events("ReattachAttempt");
  link(World::kWifi, true);
  ASSERT_TRUE(world.run_until([&] { return world.count_events("ReattachAttempt") > asked; }, 20s));
  link(World::kLte, false);
  ASSERT_TRUE(moves_to(World::kWifi, 500ms)) << "a dead path lifts the cooldown";
  EXPECT_EQ(world.count_events("TransportSwitchDenied"), 0u);
  EXPECT_FALSE(world.gateway.next_reject.has_value()) << "the first question was denied";
}

TEST_F(ClientStandby, ComesBackLaterEachTimeToAPathThatFlaps) {
  std::vector<Duration> away;
  for (int i = 0; i < 3; ++i) {
    link(World::kWifi, false);
    ASSERT_TRUE(moves_to(World::kLte, 1s));
    const Instant left = world.now;
    link(World::kWifi, true);
    ASSERT_TRUE(moves_to(World::kWifi, 60s));
    away.push_back(world.now - left);
  }
  EXPECT_GE(away[1], away[0] + 3s);
  EXPECT_GE(away[2], away[1] + 5s);
}

TEST_F(ClientStandby, LeavesHalfOfTheMovesOfAMinuteToPathsThatDie) {
  for (int i = 0; i < 4; ++i) {
    link(World::kWifi, false);
    ASSERT_TRUE(moves_to(World::kLte, 1s));
    link(World::kWifi, true);
    link(World::kLte, false);
    ASSERT_TRUE(moves_to(World::kWifi, 1s));
    link(World::kLte, true);
  }
  link(World::kWifi, false);
  ASSERT_TRUE(moves_to(World::kLte, 1s)) << "need is not choice";
  link(World::kWifi, true);
  world.run_for(30s);
  EXPECT_EQ(world.agent.status().bound.path, World::kLte);
}

}  // namespace
}  // namespace jvpn::client
