// SPDX-License-Identifier: Apache-2.0
// Sessions that end, and what comes after them.
#include <gtest/gtest.h>

#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

class ClientRecovery : public ::testing::Test {
 protected:
  void SetUp() override {
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(3s);
    world.events.clear();
    first = world.agent.status().session;
  }
  bool has_new_session() { return world.is_attached() && world.agent.status().session != first; }
  bool gets_new_session(Duration limit) {
    return world.run_until([&] { return has_new_session(); }, limit);
  }
  void silence(bool silent) { world.path_works = {{0, !silent}, {1, !silent}}; }

  World world;
  SessionId first;
};

TEST_F(ClientRecovery, NoticesARestartedGatewayAndOpensANewSession) {
  const SwitchingPolicy policy;
  world.gateway.restart();
  ASSERT_TRUE(gets_new_session(policy.recovery_window + 2s));
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::unknown_session);
  EXPECT_EQ(world.count_events("SessionCreated"), 1u);
  EXPECT_EQ(world.tunnels.size(), 1u) << "the same addresses: the tunnel stays as it is";
}

TEST_F(ClientRecovery, GoesOnRecoveringWhenTheGatewayStillKnowsTheSession) {
  // The gateway hears everything and answers handshakes, yet its reattach answers are lost.
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    return way == World::Way::down && datagram[0] >> 4 != 2 ? 0u : 1u;
  };
  world.run_for(7s);
  EXPECT_GT(world.gateway.inits, 1u) << "it asked";
  EXPECT_EQ(world.agent.status().state, State::recovering);
  EXPECT_EQ(world.agent.status().session, first);
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  ASSERT_TRUE(world.attach());
  EXPECT_EQ(world.agent.status().session, first);
  EXPECT_EQ(world.count_events("SessionTerminated"), 0u);
}

TEST_F(ClientRecovery, DegradesAfterTheWindowAndEndsAfterTheTransportTtl) {
  silence(true);
  world.run_for(60s);
  const auto changes = world.state_changes();
  const std::vector<std::string> expected{
      "ATTACHED>VOLATILE consecutive_drop_exceeded", "VOLATILE>RECOVERING dead_transport_recovery",
      "RECOVERING>DEGRADED recovery_window_exceeded", "DEGRADED>RECOVERING recovery_retry",
      "RECOVERING>TERMINATED transport_ttl_exceeded"};
  EXPECT_EQ(changes, expected);
  silence(false);
  EXPECT_TRUE(gets_new_session(kInitLongestWait + 1s)) << "it never gives up";
}

TEST_F(ClientRecovery, EndsAfterTheWindowWherePolicySaysSo) {
  World strict;
  strict.gateway.offer.policy.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  strict.start();
  ASSERT_TRUE(strict.attach());
  strict.path_works = {{0, false}, {1, false}};
  strict.run_for(30s);
  EXPECT_EQ(strict.last_reason("SessionTerminated"), Reason::recovery_window_exceeded);
}

TEST_F(ClientRecovery, SurvivesAnOutageShorterThanTheTtl) {
  silence(true);
  world.run_for(13s);
  silence(false);
  ASSERT_TRUE(world.attach());
  EXPECT_EQ(world.agent.status().session, first);
}

TEST_F(ClientRecovery, EndsASessionWhoseLifetimeIsOver) {
  World brief;
  brief.gateway.offer.policy.max_lifetime = 60s;
  brief.start();
  ASSERT_TRUE(brief.attach());
  brief.run_for(61s);
  EXPECT_EQ(brief.last_reason("SessionTerminated"), Reason::session_lifetime_exceeded);
  EXPECT_TRUE(brief.is_attached()) << "in a new one";
}

TEST_F(ClientRecovery, AnswersATerminateAndStartsOverAfterAWhile) {
  world.send_down(world.gateway.terminate(Reason::operator_terminated));
  ASSERT_TRUE(world.run_until([&] { return world.count_events("SessionTerminated") == 1; }, 1s));
  const Instant ended = world.now;
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::operator_terminated);
  ASSERT_TRUE(gets_new_session(10s));
  EXPECT_GE(world.now - ended, kUnwelcomeWait);
}

TEST_F(ClientRecovery, RefusesAGatewayThatWasRolledBack) {
  world.gateway.shown_epoch = OwnerEpoch{0};
  ASSERT_TRUE(world.run_until([&] { return world.count_events("SessionTerminated") == 1; }, 2s));
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::state_rolled_back);
  EXPECT_EQ(world.count_events("SecurityOwnershipAnomaly"), 1u);
}

TEST_F(ClientRecovery, SaysGoodbyeAndIsDoneWithTheAnswer) {
  Actions actions;
  world.agent.shutdown(world.now, actions);
  ASSERT_FALSE(world.agent.closed());
  SendDatagram* goodbye = nullptr;
  for (Action& action : actions) {
    if (auto* datagram = std::get_if<SendDatagram>(&action)) goodbye = datagram;
  }
  ASSERT_NE(goodbye, nullptr);
  const auto answers = world.gateway.receive(goodbye->payload, world.source_of(World::kWifi));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(world.gateway.has_session());
  world.inject(World::kWifi, *parse_endpoint("203.0.113.1:51820"), answers[0].payload);
  EXPECT_TRUE(world.agent.closed());
}

TEST_F(ClientRecovery, WaitsNoLongerForAnAnswerThanItsLimit) {
  silence(true);
  Actions actions;
  world.agent.shutdown(world.now, actions);
  const Instant begin = world.now;
  ASSERT_TRUE(world.run_until([&] { return world.agent.closed(); }, 1s));
  EXPECT_EQ(world.now - begin, kTerminateLimit);
}

TEST_F(ClientRecovery, IsDoneAtOnceWithoutASession) {
  World idle;
  Actions actions;
  idle.agent.shutdown(idle.now, actions);
  EXPECT_TRUE(idle.agent.closed());
  EXPECT_TRUE(actions.empty());
}

TEST_F(ClientRecovery, RecoversFromHighLossOnItsOwnWhereNoBetterPathIsKnown) {
  world.gateway.answers_probes = false;
  world.run_for(20s);
  world.events.clear();
  unsigned number = 0;
  world.weather = [&](World::Way way, PathId path, const Datagram& datagram) {
    const bool bulk = datagram[0] >> 4 == 5 && datagram.size() < kHeartbeatSize;
    return way == World::Way::up && path == World::kWifi && bulk && ++number % 2 == 0 ? 0u : 1u;
  };
  for (int i = 0; i < 200; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_EQ(world.state_changes().at(0), "ATTACHED>VOLATILE loss_threshold_exceeded");
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  for (int i = 0; i < 500; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_TRUE(world.is_attached());
  EXPECT_EQ(world.last_reason("SessionStateChange"), Reason::health_recovered);
}

TEST_F(ClientRecovery, HoldsPacketsBrieflyThenLetsThemGo) {
  PathState down;
  world.set_path(World::kWifi, down);
  world.set_path(World::kLte, down);
  EXPECT_EQ(world.agent.gate(world.now), Gate::hold);
  world.run_for(kHoldOutage);
  EXPECT_EQ(world.agent.gate(world.now), Gate::drop);
}

}  // namespace
}  // namespace jvpn::client
