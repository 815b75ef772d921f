// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace jvpn::sim {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// The session as the gateway's operator sees it; there must be exactly one.
SessionInfo only_session(Simulation& simulation) {
  const auto sessions = simulation.gateway().sessions();
  EXPECT_EQ(sessions.size(), 1u);
  return sessions.empty() ? SessionInfo{} : sessions.front();
}

class Sim : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_TRUE(sim.ledgers().breaches.empty()) << joined(sim.ledgers().breaches);
  }
  Simulation sim{7};
};

TEST_F(Sim, ASessionIsBornAndDataFlowsBothWays) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(2s);
  EXPECT_GT(sim.client_packets_delivered(), 150u);
  EXPECT_GT(sim.server_packets_delivered(), 150u);
  EXPECT_EQ(only_session(sim).state, State::attached);
  EXPECT_EQ(only_session(sim).id, sim.client().status().session);
}

TEST_F(Sim, ACutLinkMakesTheSessionJumpToTheOtherPathWithinARoundTripOrTwo) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.cut(0, false);
  sim.run_for(60ms);
  const SessionInfo after = only_session(sim);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, State::attached);
  EXPECT_EQ(after.bound, sim.network().public_endpoint(1));
  EXPECT_EQ(after.version.sequence, before.version.sequence + 3);
}

TEST_F(Sim, AnAddressChangeKeepsTheSession) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.change_address(0);
  sim.run_for(60ms);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(0));
}

TEST_F(Sim, ANatRebindingThatTheClientCannotSeeIsRepairedByANotice) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.network().rebind_nat(0);
  sim.run_for(60ms);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(0));
  EXPECT_EQ(sim.client().status().state, State::attached);
}

TEST_F(Sim, ABlackHoleIsNoticedByHeartbeatsAndTheSessionRecoversOnTheOtherPath) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.network().set_black_hole(0, true);
  sim.run_for(5s);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).state, State::attached);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(1));
}

TEST_F(Sim, ARestartedGatewayIsRecognisedAndTheOldSessionEndsWithItsReason) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionId before = sim.client().status().session;
  sim.restart_gateway();
  sim.run_for(10s);  // recovery window + 2 s
  ASSERT_EQ(sim.client().status().state, State::attached);
  EXPECT_NE(sim.client().status().session, before);
  EXPECT_EQ(sim.client().ends(), std::vector{Reason::unknown_session});
}

TEST_F(Sim, WithNoPathLeftTheSessionEndsExplicitlyOnBothSides) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.cut(0, false);
  sim.cut(1, false);
  sim.run_for(25s);
  EXPECT_TRUE(sim.gateway().sessions().empty());
  ASSERT_EQ(sim.client().ends().size(), 1u);
  EXPECT_EQ(sim.client().ends()[0], Reason::transport_ttl_exceeded);
}

TEST_F(Sim, AClientThatLeavesIsGoneAtOnce) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.client().shut_down();
  sim.run_for(100ms);
  EXPECT_TRUE(sim.gateway().sessions().empty());
}

TEST_F(Sim, AnOperatorEndsASession) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  ASSERT_TRUE(sim.gateway().terminate_by_operator());
  sim.run_for(100ms);
  EXPECT_EQ(sim.client().ends(), std::vector{Reason::operator_terminated});
}

TEST_F(Sim, ReplayingEverythingFromAnywhereChangesNothing) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.cut(0, false);
  sim.run_for(1s);
  sim.cut(0, true);
  sim.run_for(3s);
  const SessionInfo before = only_session(sim);
  const std::string audit = sim.audit_text();
  ASSERT_GT(sim.recorded(), 400u);
  sim.replay_everything();
  sim.run_for(500ms);
  const SessionInfo after = only_session(sim);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.bound, before.bound);
  EXPECT_EQ(sim.audit_text(), audit);
}

/// Draws the mix of faults from the seed, torments, heals, and demands convergence.
std::string live_through(Simulation& sim, std::uint64_t seed) {
  Dice dice(seed ^ 0xfa17);
  const Faults faults{.bad_weather = dice.chance(0.7),
                      .link_cuts = dice.chance(0.6),
                      .black_holes = dice.chance(0.4),
                      .nat_rebinds = dice.chance(0.6),
                      .address_changes = dice.chance(0.5),
                      .restarts = dice.chance(0.3),
                      .replays = dice.chance(0.6),
                      .copies = dice.chance(0.4)};
  sim.torment(faults, 60s);
  sim.heal();
  sim.run_for(20s);
  if (!sim.run_until_attached(10s)) sim.ledgers().breaches.push_back("I20 not ATTACHED again");
  sim.run_for(3s);
  const std::size_t up = sim.client_packets_delivered();
  const std::size_t down = sim.server_packets_delivered();
  sim.run_for(1s);
  if (sim.client_packets_delivered() < up + 90) sim.ledgers().breaches.push_back("no uplink");
  if (sim.server_packets_delivered() < down + 90) sim.ledgers().breaches.push_back("no downlink");
  return sim.audit_text();
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Seeds, EachLivesThroughItsFaultsAndConverges) {
  const std::uint64_t first = number_from("JVPN_SIM_SEED", 1);
  const std::uint64_t count = number_from("JVPN_SIM_SEEDS", 150);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Simulation sim(seed);
    live_through(sim, seed);
    EXPECT_TRUE(sim.ledgers().breaches.empty())
        << "JVPN_SIM_SEED=" << seed << " JVPN_SIM_SEEDS=1 replays it\n"
        << joined(sim.ledgers().breaches);
  }
}

TEST(Seeds, TheSameSeedGivesTheSameAuditByteForByte) {
  Simulation first(11), second(11);
  const std::string audit = live_through(first, 11);
  EXPECT_FALSE(audit.empty());
  EXPECT_EQ(audit, live_through(second, 11));
}

}  // namespace
}  // namespace jvpn::sim
