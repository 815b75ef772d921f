// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

TEST(ClientHandshake, AttachesByThePreferredPathInTwoRoundTrips) {
  World world;
  world.start();
  const Instant begin = world.now;
  ASSERT_TRUE(world.attach());
  EXPECT_EQ(world.now - begin, world.delay * 4);
  EXPECT_EQ(world.agent.status().session, world.gateway.session_id());
  EXPECT_EQ(world.agent.status().bound.path, World::kWifi);
  EXPECT_EQ(world.agent.status().observed, world.source_of(World::kWifi));
  EXPECT_EQ(world.state_changes(),
            std::vector<std::string>{"BIRTH>ATTACHED attached_to_transport"});
}

TEST(ClientHandshake, ConfiguresTheTunnelAsTheGatewaySays) {
  World world;
  world.start();
  ASSERT_TRUE(world.attach());
  ASSERT_EQ(world.tunnels.size(), 1u);
  EXPECT_EQ(to_string(world.tunnels[0].inner_v4), "10.77.0.2");
  EXPECT_TRUE(world.tunnels[0].inner_v6.is_unset());
  EXPECT_EQ(world.tunnels[0].mtu, 1420);
}

TEST(ClientHandshake, SendsInitsOfFullSizeWithGrowingWaits) {
  World world;
  world.path_works = {{0, false}, {1, false}};
  world.start();
  world.run_for(20s);
  std::vector<Instant> times;
  for (const auto& [at, datagram] : world.sent) {
    EXPECT_EQ(datagram.payload.size(), kInitSize);
    times.push_back(at);
  }
  ASSERT_GE(times.size(), 6u);
  for (std::size_t i = 2; i + 1 < times.size(); ++i) {
    const Duration wait = times[i] - times[i - 1];
    EXPECT_GE(wait * 8,
              std::min<Duration>((times[i - 1] - times[i - 2]) * 7, kInitLongestWait * 7));
    EXPECT_LE(wait, kInitLongestWait);
  }
}

TEST(ClientHandshake, TriesTheOtherPathWhenOneIsSilent) {
  World world;
  world.path_works[0] = false;
  world.start();
  ASSERT_TRUE(world.attach());
  EXPECT_EQ(world.agent.status().bound.path, World::kLte);
}

TEST(ClientHandshake, WaitsForAPathToAppear) {
  World world;
  world.run_for(60s);
  EXPECT_TRUE(world.sent.empty());
  world.set_path(World::kLte, World::lte_state());
  EXPECT_EQ(world.sent.size(), 1u) << "the first INIT leaves in the same step";
  EXPECT_TRUE(world.attach());
}

TEST(ClientHandshake, GetsThroughLossAndDuplicatesEachWay) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    World world(seed);
    SeededRandom dice(seed);
    world.weather = [&](World::Way, PathId, const Datagram&) {
      const unsigned roll = dice.draw<1>()[0];
      return roll < 77 ? 0u : roll < 120 ? 2u : 1u;  // 30 % lost, 17 % doubled
    };
    world.start();
    EXPECT_TRUE(world.run_until([&] { return world.is_attached(); }, 60s)) << "seed " << seed;
  }
}

TEST(ClientHandshake, HearsNothingFromAGatewayWithAnotherKeyAndTriesOn) {
  World world(1, /*right_key=*/false);
  world.start();
  world.run_for(60s);
  EXPECT_FALSE(world.is_attached());
  EXPECT_GT(world.gateway.inits, 10u);
  EXPECT_TRUE(world.events.empty());
}

TEST(ClientHandshake, StartsOverWhenDoneNeverComes) {
  World world;
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    const bool is_done = way == World::Way::down && datagram[0] >> 4 == 6;
    return is_done ? 0u : 1u;
  };
  world.start();
  world.run_for(20s);
  EXPECT_GT(world.gateway.inits, 1u);
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  EXPECT_TRUE(world.attach());
}

TEST(ClientHandshake, TakesNoAnswerThatWasForgedOrRepeated) {
  World world;
  world.weather = [](World::Way way, PathId, const Datagram&) {
    return way == World::Way::down ? 2u : 1u;  // every answer comes twice
  };
  world.start();
  ASSERT_TRUE(world.attach());
  const Datagram ack = world.received.front();
  ASSERT_EQ(ack[0] >> 4, 2);
  const StateVersion before = world.agent.status().version;
  const std::size_t sent = world.sent.size();
  Datagram forged = ack;
  forged.at(40) ^= 1;
  for (const Datagram& copy : {ack, forged}) {
    world.inject(World::kLte, *parse_endpoint("203.0.113.1:51820"), copy);
  }
  EXPECT_EQ(world.agent.status().version, before);
  EXPECT_EQ(world.sent.size(), sent);
  EXPECT_EQ(world.count_events("SessionCreated"), 1u);
}

TEST(ClientHandshake, IsTheSameRunForTheSameInputs) {
  const auto play = [] {
    World world(5);
    world.start();
    world.run_for(3s);
    world.path_works[0] = false;
    world.run_for(10s);
    std::vector<std::uint8_t> trace;
    for (const auto& [at, datagram] : world.sent) {
      trace.insert(trace.end(), datagram.payload.begin(), datagram.payload.end());
    }
    return std::pair(trace, world.state_changes());
  };
  EXPECT_EQ(play(), play());
}

}  // namespace
}  // namespace jvpn::client
