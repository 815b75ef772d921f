// SPDX-License-Identifier: Apache-2.0
// Several simulated gateways on one store: what is planned, what is not, and who else notices.
#include <gtest/gtest.h>

#include "tests/sim/adversary/adversary.h"
#include "tests/sim/checkers/fairness.h"

namespace jvpn::sim {
namespace {

Scenario cluster_of_two(std::size_t devices) {
  Scenario scenario;
  scenario.seed = 5;
  scenario.cluster = scenario.shared_store = true;
  scenario.gateways.assign(2, GatewayPlan{});
  scenario.devices.clear();
  for (std::uint16_t i = 0; i < devices; ++i) {
    DevicePlan plan;
    plan.peer = i;
    scenario.devices.push_back(plan);
  }
  scenario.policy.switching.recovery_window = 12s;
  scenario.policy.session.transport_lost_ttl = 30s;
  return scenario;
}

class SimCluster : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sim.run_until_attached(20s));
    sim.run_for(3s);
    session = sim.device().status().session;
  }
  void TearDown() override {
    const auto& breaches = sim.checkers().breaches;
    EXPECT_TRUE(breaches.empty()) << breaches.lines().front();
  }
  bool is_served_by(std::size_t gateway) {
    for (const SessionInfo& info : sim.gateway(gateway)->sessions()) {
      if (info.id == session && info.state == State::attached) return true;
    }
    return false;
  }
  Simulation sim{cluster_of_two(3)};
  SessionId session;
};

TEST_F(SimCluster, SessionsOfADrainedGatewayGoOnAtTheOther) {
  ASSERT_TRUE(is_served_by(0));
  sim.drain(0);
  sim.run_for(30s);
  EXPECT_EQ(sim.gateway(0)->session_count(), 0u);
  EXPECT_TRUE(is_served_by(1));
  EXPECT_TRUE(sim.all_attached());
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(sim.device(i).ends().empty());
}

TEST_F(SimCluster, SessionsOfADeadGatewayAreTakenOver) {
  sim.crash(0);
  sim.run_for(25s);
  EXPECT_TRUE(is_served_by(1));
  EXPECT_EQ(sim.device().status().session, session);
  EXPECT_GT(sim.device().status().version.owner_epoch, OwnerEpoch{1});
}

TEST_F(SimCluster, AGatewayThatStoodStillForLongerThanItsLeaseServesNobodyWhenItWakes) {
  sim.gateway(0)->pause();
  sim.run_for(25s);
  ASSERT_TRUE(is_served_by(1));
  sim.gateway(0)->resume();
  sim.run_for(10s);
  EXPECT_TRUE(is_served_by(1));
  EXPECT_FALSE(is_served_by(0));
}

TEST_F(SimCluster, AGatewayCutOffFromTheStoreStopsAtItsDeadline) {
  sim.store().set_partitioned(1, true);
  sim.run_for(25s);
  EXPECT_TRUE(is_served_by(1));
  EXPECT_EQ(sim.device().status().session, session);
}

TEST_F(SimCluster, ASessionWhoseDeviceNoLongerReachesItsLivingGatewayGoesOnAtTheOther) {
  ASSERT_TRUE(is_served_by(0));
  sim.network().set_parted(0, 0, true);
  sim.run_for(30s);
  EXPECT_TRUE(is_served_by(1));
  EXPECT_FALSE(is_served_by(0));
  EXPECT_TRUE(sim.device().ends().empty());
  EXPECT_EQ(sim.gateway(0)->session_count(), 2u) << "nobody else is moved";
}

TEST_F(SimCluster, AFloodAtOneSessionMovesNoOther) {
  Adversary adversary(sim, 5);
  sim.run_for(5s);
  EXPECT_TRUE(demand_fairness(sim, adversary));
}

TEST_F(SimCluster, UnderLoadNewcomersProveTheirAddressFirst) {
  sim.gateway(0)->burden(sim.world().now() + 60s);
  const SessionId before = sim.device(1).status().session;
  ASSERT_TRUE(sim.gateway(0)->terminate_by_operator(before));
  sim.run_for(20s);
  EXPECT_EQ(sim.device(1).status().state, State::attached);
  EXPECT_NE(sim.device(1).status().session, before);
  std::uint64_t demanded = 0;
  for (const auto& [name, count] : sim.gateway(0)->counters()) {
    if (name == "cookie_demanded") demanded = count;
  }
  EXPECT_GT(demanded, 0u);
}

}  // namespace
}  // namespace jvpn::sim
