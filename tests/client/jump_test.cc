// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

class ClientJump : public ::testing::Test {
 protected:
  void SetUp() override {
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(3s);
    world.events.clear();
    world.sent.clear();
    session = world.agent.status().session;
  }
  void TearDown() override { EXPECT_EQ(world.agent.status().session, session); }

  void link_down(PathId path) {
    PathState state = path == World::kWifi ? World::wifi_state() : World::lte_state();
    state.up = false;
    world.set_path(path, state);
  }
  bool is_on(PathId path) { return world.is_attached() && world.agent.status().bound.path == path; }
  bool moves_to(PathId path, Duration limit) {
    return world.run_until([&] { return is_on(path); }, limit);
  }
  template <class Body>
  std::size_t heard() const {
    std::size_t count = 0;
    for (const auto& [message, source] : world.gateway.heard) {
      count += std::holds_alternative<Body>(message.body);
    }
    return count;
  }

  World world;
  SessionId session;
};

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

TEST_F(ClientJump, RepeatsTheSameRequestWithGrowingWaits) {
  world.path_works[1] = false;
  link_down(World::kWifi);
  world.run_for(2s);
  std::vector<std::int64_t> waits;
  Instant last = world.sent.front().first;
  for (std::size_t i = 1; i < world.sent.size(); ++i) {
    if (world.sent[i].second.payload.size() != kRequestSize) continue;
    EXPECT_EQ(world.sent[i].second.payload, world.sent[0].second.payload);
    waits.push_back(to_ms(world.sent[i].first - last));
    last = world.sent[i].first;
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{50, 100, 200, 400, 800}));
}

TEST_F(ClientJump, GetsThroughLossEachWay) {
  SeededRandom dice(3);
  world.weather = [&](World::Way, PathId, const Datagram&) {
    return dice.draw<1>()[0] < 77 ? 0u : 1u;
  };
  for (int i = 0; i < 10; ++i) {
    const PathId from = world.agent.status().bound.path;
    const PathId to{static_cast<std::uint8_t>(1 - from.value)};
    link_down(from);
    ASSERT_TRUE(moves_to(to, 8s)) << i;
    world.set_path(World::kWifi, World::wifi_state());
    world.set_path(World::kLte, World::lte_state());
  }
  EXPECT_EQ(world.agent.status().session, session);
}

TEST_F(ClientJump, TakesTheSameAckTwiceForOne) {
  world.weather = [](World::Way way, PathId, const Datagram&) {
    return way == World::Way::down ? 3u : 1u;
  };
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.run_for(1s);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
  EXPECT_EQ(heard<ReattachConfirm>(), 1u) << "a repeated CHALLENGE provokes nothing";
}

TEST_F(ClientJump, RepeatsTheConfirmWhenTheAckIsLost) {
  unsigned acks = 0;
  world.weather = [&](World::Way way, PathId, const Datagram& datagram) {
    const bool control = datagram[0] >> 4 == 6 && way == World::Way::down;
    return control && ++acks == 2 ? 0u : 1u;  // CHALLENGE, then the ACK
  };
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  EXPECT_EQ(heard<ReattachConfirm>(), 2u);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
}

TEST_F(ClientJump, IgnoresReplayedAndForgedAnswers) {
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.set_path(World::kWifi, World::wifi_state());
  world.run_for(1s);
  const Status before = world.agent.status();
  const std::size_t events = world.events.size();
  const std::size_t sent = world.sent.size();
  const auto recorded = world.received;
  for (const Datagram& datagram : recorded) {
    Datagram forged = datagram;
    forged[forged.size() / 2] ^= 0x10;
    for (const PathId path : {World::kWifi, World::kLte}) {
      for (const char* from : {"203.0.113.1:51820", "203.0.113.9:51820"}) {
        world.inject(path, *parse_endpoint(from), datagram);
        world.inject(path, *parse_endpoint(from), forged);
      }
    }
  }
  EXPECT_EQ(world.agent.status().version, before.version);
  EXPECT_EQ(world.agent.status().bound, before.bound);
  EXPECT_EQ(world.events.size(), events);
  EXPECT_EQ(world.sent.size(), sent);
}

TEST_F(ClientJump, RetriesWithTheVersionToldWhenItsOwnIsStale) {
  link_down(World::kWifi);
  world.run_for(1ms);
  // As if another binding had been committed whose ACK never came.
  world.gateway.next_reject = ReattachReject{Reason::stale_state_version, world.gateway.version(),
                                             world.gateway.version(), 0};
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  EXPECT_EQ(world.last_reason("ReattachResult"), Reason::stale_state_version);
  EXPECT_GE(heard<ReattachRequest>(), 2u);
}

TEST_F(ClientJump, WaitsAsLongAsADenialSays) {
  world.gateway.next_reject = ReattachReject{Reason::switch_rate_limited, world.gateway.version(),
                                             world.gateway.version(), 700};
  link_down(World::kWifi);
  ASSERT_TRUE(world.run_until([&] { return world.agent.status().state == State::degraded; }, 1s));
  const Instant denied = world.now;
  ASSERT_TRUE(moves_to(World::kLte, 3s));
  EXPECT_GE(world.now - denied, 700ms);
  EXPECT_LE(world.now - denied, 700ms + world.delay * 4);
  const auto changes = world.state_changes();
  EXPECT_EQ(changes[2], "RECOVERING>DEGRADED switch_rate_limited");
  EXPECT_EQ(changes[3], "DEGRADED>RECOVERING recovery_retry");
}

TEST_F(ClientJump, NumbersItsRequestsStrictlyUpwards) {
  for (int i = 0; i < 4; ++i) {
    link_down(world.agent.status().bound.path);
    world.run_for(1s);
    world.set_path(World::kWifi, World::wifi_state());
    world.set_path(World::kLte, World::lte_state());
    world.run_for(1s);
  }
  std::uint64_t last = 0;
  for (const auto& [message, source] : world.gateway.heard) {
    if (class_of(kind_of(message.body)) != MessageClass::reattach) continue;
    EXPECT_GT(message.number.value, last);
    last = message.number.value;
  }
  EXPECT_GE(last, 8u);
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

TEST_F(ClientJump, AnswersANoticeAtOnceOnThePathInUse) {
  world.rebind_nat(World::kWifi);
  const Endpoint seen = world.source_of(World::kWifi);
  world.send_down(world.gateway.notice(seen));
  ASSERT_TRUE(world.run_until([&] { return world.gateway.bound() == seen; }, world.delay * 3));
  ASSERT_TRUE(
      world.run_until([&] { return world.agent.status().observed == seen; }, world.delay * 2));
  EXPECT_EQ(world.last_reason("TransportSwitch"), Reason::nat_rebind_detected);
  EXPECT_EQ(heard<ReattachRequest>(), 0u);
  const auto& confirm = std::get<ReattachConfirm>(world.gateway.heard.back().first.body);
  EXPECT_EQ(confirm.token.number, 0u);
}

TEST_F(ClientJump, AnswersOneNoticeWhileItsConfirmIsUnderWay) {
  world.rebind_nat(World::kWifi);
  const Endpoint seen = world.source_of(World::kWifi);
  for (int i = 0; i < 3; ++i) world.send_down(world.gateway.notice(seen));
  world.run_for(1s);
  EXPECT_EQ(heard<ReattachConfirm>(), 1u);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
}

TEST_F(ClientJump, IgnoresANoticeOnAPathThatItDoesNotUse) {
  world.send_down(world.gateway.notice(world.source_of(World::kLte)));
  world.run_for(1s);
  EXPECT_EQ(heard<ReattachConfirm>(), 0u);
  EXPECT_EQ(world.agent.status().bound.path, World::kWifi);
}

TEST_F(ClientJump, AnswersAPathChallengeOnlyWhereItIs) {
  world.send_down(world.gateway.path_challenge(77));
  world.run_for(100ms);
  ASSERT_EQ(heard<PathResponse>(), 1u);
  EXPECT_EQ(std::get<PathResponse>(world.gateway.heard.back().first.body).token.issued_ms, 77u);
  // The answer to one that reaches the old path after the move would revert it.
  const Addressed late = world.gateway.path_challenge(78);
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s));
  world.set_path(World::kWifi, World::wifi_state());
  world.send_down(late);
  world.run_for(100ms);
  EXPECT_EQ(heard<PathResponse>(), 1u);
}

}  // namespace
}  // namespace jvpn::client
