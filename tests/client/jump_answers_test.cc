// SPDX-License-Identifier: Apache-2.0
// What the gateway answers, twice, late, never, or no.
#include "tests/client/jump_fixture.h"

namespace jvpn::client {
namespace {

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

TEST_F(ClientJump, IgnoresARejectThatNamesNoReason) {
  world.gateway.next_reject = ReattachReject{Reason::none, world.gateway.version(), {}, 5000};
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 1s)) << "the REQUEST is repeated";
  for (const AuditEvent& event : world.events) {
    if (event.type != "SessionStateChange") continue;
    EXPECT_NE(event.reason, Reason::none);
  }
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

TEST_F(ClientJump, WaitsForTheAckAsLongAsTheChallengeTook) {
  world.delay = 450ms;  // or the gateway has many others to answer before
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 2s));
  EXPECT_EQ(heard<ReattachConfirm>(), 1u) << "repeated while its ACK was under way";
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

/// It is a switch although the version of the binding was known beforehand.
TEST_F(ClientJump, TellsASwitchWhoseAckWasLostAndOfWhichARejectSpoke) {
  world.gateway.bound_already = true;
  const Endpoint before = world.gateway.bound();
  world.weather = [&](World::Way way, PathId, const Datagram& datagram) {
    const bool control = datagram[0] >> 4 == 6 && way == World::Way::down;
    const bool is_ack = control && world.gateway.bound() != before;
    return is_ack && heard<ReattachRequest>() < 2 ? 0u : 1u;  // until it asks anew
  };
  link_down(World::kWifi);
  ASSERT_TRUE(moves_to(World::kLte, 20s));
  EXPECT_EQ(world.last_reason("ReattachResult"), Reason::stale_state_version);
  EXPECT_EQ(world.count_events("TransportSwitch"), 1u);
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

}  // namespace
}  // namespace jvpn::client
