// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/sim/adversary/adversary.h"
#include "tests/sim/campaign/life.h"

namespace jvpn::sim {
namespace {

constexpr AccessId kFirst{0, 0};
constexpr AccessId kSecond{0, 1};

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

Scenario one_of_each(std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  return scenario;
}

/// The session as the gateway's operator sees it; there must be exactly one.
SessionInfo only_session(Simulation& simulation) {
  const auto sessions = simulation.gateway()->sessions();
  EXPECT_EQ(sessions.size(), 1u);
  return sessions.empty() ? SessionInfo{} : sessions.front();
}

class Sim : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_TRUE(sim.checkers().breaches.empty()) << joined(sim.checkers().breaches.lines());
  }
  std::size_t up() { return sim.checkers().deliveries.count(true); }
  std::size_t down() { return sim.checkers().deliveries.count(false); }
  Simulation sim{one_of_each(7)};
};

TEST_F(Sim, ASessionIsBornAndDataFlowsBothWays) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(2s);
  EXPECT_GT(up(), 150u);
  EXPECT_GT(down(), 150u);
  EXPECT_EQ(only_session(sim).state, State::attached);
  EXPECT_EQ(only_session(sim).id, sim.device().status().session);
}

TEST_F(Sim, ACutLinkMakesTheSessionJumpToTheOtherPathWithinARoundTripOrTwo) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.cut(kFirst, false);
  sim.run_for(60ms);
  const SessionInfo after = only_session(sim);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, State::attached);
  EXPECT_EQ(after.bound, sim.network().public_endpoint(kSecond));
  EXPECT_EQ(after.version.sequence, before.version.sequence + 3);
}

TEST_F(Sim, AnAddressChangeKeepsTheSession) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.change_address(kFirst);
  sim.run_for(60ms);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(kFirst));
}

TEST_F(Sim, ANatRebindingThatTheClientCannotSeeIsRepairedByANotice) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.network().rebind_nat(kFirst);
  sim.run_for(60ms);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(kFirst));
  EXPECT_EQ(sim.device().status().state, State::attached);
}

TEST_F(Sim, ABlackHoleIsNoticedByHeartbeatsAndTheSessionRecoversOnTheOtherPath) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionInfo before = only_session(sim);
  sim.network().set_black_hole(kFirst, true, true);
  sim.run_for(5s);
  EXPECT_EQ(only_session(sim).id, before.id);
  EXPECT_EQ(only_session(sim).state, State::attached);
  EXPECT_EQ(only_session(sim).bound, sim.network().public_endpoint(kSecond));
}

TEST_F(Sim, ARestartedGatewayIsRecognisedAndTheOldSessionEndsWithItsReason) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.run_for(1s);
  const SessionId before = sim.device().status().session;
  sim.restart();
  sim.run_for(10s);  // recovery window + 2 s
  ASSERT_EQ(sim.device().status().state, State::attached);
  EXPECT_NE(sim.device().status().session, before);
  EXPECT_EQ(sim.device().ends(), std::vector{Reason::unknown_session});
}

TEST_F(Sim, WithNoPathLeftTheSessionEndsExplicitlyOnBothSides) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.cut(kFirst, false);
  sim.cut(kSecond, false);
  sim.run_for(25s);
  EXPECT_TRUE(sim.gateway()->sessions().empty());
  ASSERT_EQ(sim.device().ends().size(), 1u);
  EXPECT_EQ(sim.device().ends()[0], Reason::transport_ttl_exceeded);
}

TEST_F(Sim, AClientThatLeavesIsGoneAtOnce) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.device().shut_down();
  sim.run_for(100ms);
  EXPECT_TRUE(sim.gateway()->sessions().empty());
}

TEST_F(Sim, AnOperatorEndsASession) {
  ASSERT_TRUE(sim.run_until_attached(2s));
  ASSERT_TRUE(sim.gateway()->terminate_by_operator(only_session(sim).id));
  sim.run_for(100ms);
  EXPECT_EQ(sim.device().ends(), std::vector{Reason::operator_terminated});
}

TEST_F(Sim, ReplayingEverythingFromAnywhereChangesNothing) {
  Adversary adversary(sim, 7);
  ASSERT_TRUE(sim.run_until_attached(2s));
  sim.cut(kFirst, false);
  sim.run_for(1s);
  sim.cut(kFirst, true);
  sim.run_for(3s);
  const SessionInfo before = only_session(sim);
  const std::string audit = sim.audit_text();
  ASSERT_GT(adversary.recorded(), 400u);
  adversary.replay_everything();
  sim.run_for(500ms);
  const SessionInfo after = only_session(sim);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.bound, before.bound);
  EXPECT_EQ(sim.audit_text(), audit);
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Seeds, EachLivesThroughItsFaultsAndConverges) {
  const std::uint64_t first = number_from("JVPN_SIM_SEED", 1);
  const std::uint64_t count = number_from("JVPN_SIM_SEEDS", 100);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Outcome outcome = live({.seed = seed, .torment = std::chrono::minutes(1)});
    EXPECT_EQ(outcome.breaches, 0u) << "jvpn-sim --minutes 1 --seed " << seed << " replays it\n"
                                    << outcome.first_breach;
  }
}

TEST(Seeds, ADefectThatIsBuiltInIsReported) {
  const Outcome outcome = live({.seed = 1, .torment = std::chrono::minutes(1), .canary = true});
  EXPECT_GT(outcome.breaches, 0u);
  EXPECT_EQ(std::string(outcome.first_breach).substr(0, 3), "I14");
}

TEST(Seeds, TheSameSeedGivesTheSameAuditByteForByte) {
  for (const std::uint64_t seed : {11u, 12u, 13u}) {
    const LifePlan plan{.seed = seed, .torment = std::chrono::minutes(1)};
    const Outcome first = live(plan), second = live(plan);
    EXPECT_GT(first.transitions, 0u);
    EXPECT_STREQ(first.audit_hash, second.audit_hash);
    EXPECT_EQ(first.events, second.events);
    EXPECT_EQ(std::memcmp(&first.coverage, &second.coverage, sizeof(Coverage)), 0);
  }
}

}  // namespace
}  // namespace jvpn::sim
