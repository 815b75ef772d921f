// SPDX-License-Identifier: Apache-2.0
// Which path is asked for, and when.
#include "tests/client/jump_fixture.h"

namespace jvpn::client {
namespace {

TEST_F(ClientJump, AsksByTheOtherPathInTheMomentTheLinkGoesDown) {
  link_down(World::kWifi);
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(world.sent[0].first, world.now);
  EXPECT_EQ(world.sent[0].second.route.path, World::kLte);
  EXPECT_EQ(world.sent[0].second.payload.size(), kRequestSize);
  EXPECT_EQ(world.agent.status().state, State::recovering);
}

TEST_F(ClientJump, IsBoundTwoRoundTripsAfterTheLinkWentDown) {
  const Instant begin = world.now;
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  EXPECT_EQ(world.now - begin, world.delay * 4);
  EXPECT_EQ(world.gateway.bound(), world.source_of(World::kLte));
  const std::vector<std::string> expected{"ATTACHED>VOLATILE peer_transport_changed",
                                          "VOLATILE>RECOVERING dead_transport_recovery",
                                          "RECOVERING>ATTACHED reattach_success"};
  EXPECT_EQ(world.state_changes(), expected);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
}

TEST_F(ClientJump, LetsDataFlowRightBehindTheConfirm) {
  link_down(World::kWifi);
  EXPECT_EQ(world.agent.gate(world.now), Gate::hold);
  EXPECT_FALSE(world.send_inner(1));
  ASSERT_TRUE(world.run_until([&] { return world.agent.gate(world.now) == Gate::flow; }, 1s));
  EXPECT_EQ(world.sent.back().second.payload.size(), kRequestSize) << "the CONFIRM went first";
  EXPECT_TRUE(world.send_inner(2));
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  ASSERT_EQ(world.gateway.delivered.size(), 1u);
}

TEST_F(ClientJump, ChangesItsAddressOnTheSamePathAtOnce) {
  PathState moved = World::wifi_state();
  moved.v4 = *parse_address("192.0.2.77");
  const Instant begin = world.now;
  world.set_path(World::kWifi, moved);
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(world.sent[0].second.route.source, moved.v4);
  ASSERT_TRUE(moves_to(World::kWifi, 1s));
  EXPECT_EQ(world.now - begin, world.delay * 4);
  EXPECT_EQ(world.gateway.bound().address, moved.v4);
}

TEST_F(ClientJump, TakesTheOtherPathWhenTheAddressIsGoneAndNoneCame) {
  PathState bare = World::wifi_state();
  bare.v4 = IpAddress{};
  world.set_path(World::kWifi, bare);
  EXPECT_TRUE(moves_to(World::kLte, 1s));
}

TEST_F(ClientJump, UsesAnAddressThatComesLaterWhenThereIsNoOtherPath) {
  link_down(World::kLte);
  PathState bare = World::wifi_state();
  bare.v4 = IpAddress{};
  world.set_path(World::kWifi, bare);
  world.run_for(2s);
  EXPECT_EQ(world.agent.status().state, State::recovering);
  PathState moved = World::wifi_state();
  moved.v4 = *parse_address("192.0.2.78");
  world.set_path(World::kWifi, moved);
  EXPECT_TRUE(moves_to(World::kWifi, 100ms));
}

TEST_F(ClientJump, DoesNotMoveWhenAnUnusedPathComesOrGoes) {
  link_down(World::kLte);
  world.set_path(World::kLte, World::lte_state());
  world.run_for(5s);
  EXPECT_EQ(world.agent.status().bound.path, World::kWifi);
  EXPECT_TRUE(world.events.empty());
}

TEST_F(ClientJump, SendsAgainSoonWhenRoutesAppear) {
  world.path_works[1] = false;  // no route yet: what is sent goes nowhere
  link_down(World::kWifi);
  world.run_for(5ms);
  world.path_works[1] = true;
  const std::size_t before = world.sent.size();
  Actions actions;
  world.agent.on_route_hint(World::kLte, world.now, actions);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(std::get<SendDatagram>(actions[0]).payload, world.sent[before - 1].second.payload);
}

TEST_F(ClientJump, StaysOnThePathWhoseRoutesAppear) {
  PathState moved = World::wifi_state();
  moved.v4 = *parse_address("192.0.2.77");
  world.path_works[0] = false;
  world.set_path(World::kWifi, moved);
  world.path_works[0] = true;
  Actions actions;
  world.agent.on_route_hint(World::kWifi, world.now, actions);
  EXPECT_TRUE(actions.empty()) << "not twice within a moment";
  ASSERT_TRUE(moves_to(World::kWifi, 45ms)) << "sooner than the wait after a first REQUEST";
  EXPECT_EQ(world.gateway.bound().address, moved.v4);
}

TEST_F(ClientJump, AlternatesOverPathsWhileNeitherAnswers) {
  world.path_works = {{0, false}, {1, false}};
  world.run_for(6s);
  bool by_wifi = false, by_lte = false;
  for (const auto& [at, datagram] : world.sent) {
    if (datagram.payload.size() != kRequestSize) continue;
    (datagram.route.path == World::kWifi ? by_wifi : by_lte) = true;
  }
  EXPECT_TRUE(by_wifi && by_lte);
  world.path_works[1] = true;
  EXPECT_TRUE(moves_to(World::kLte, 3s));
}

TEST_F(ClientJump, LeavesASilentPathForTheOtherWithinTheDeadTime) {
  world.path_works[0] = false;
  ASSERT_TRUE(moves_to(World::kLte, 3s));
  EXPECT_EQ(world.state_changes()[0], "ATTACHED>VOLATILE consecutive_drop_exceeded");
}

TEST_F(ClientJump, KeepsSendingOnTheLivingPathUntilThePlannedJumpIsAcknowledged) {
  // Replies are lost, data still goes up: the old path may carry until the new one is bound.
  world.weather = [](World::Way way, PathId path, const Datagram& datagram) {
    const bool data_down = way == World::Way::down && datagram[0] >> 4 == 5;
    return data_down && path == World::kWifi ? 0u : 1u;
  };
  ASSERT_TRUE(world.run_until([&] { return heard<ReattachRequest>() == 1; }, 3s));
  EXPECT_TRUE(world.send_inner(9));
  EXPECT_EQ(world.sent.back().second.route.path, World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  EXPECT_EQ(world.gateway.delivered.size(), 1u);
}

}  // namespace
}  // namespace jvpn::client
