// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/fairness.h"

namespace jvpn::sim {
namespace {

constexpr int kWaves = 5;
constexpr std::size_t kWave = 400;  ///< datagrams, within a second

struct Standing {
  SessionId session;
  State state = State::terminated;
  bool operator==(const Standing&) const = default;
};

Standing standing_of(Simulation& sim, std::size_t device) {
  const client::Status status = sim.device(device).status();
  return {status.session, status.state};
}

/// Whose session neither ends by age nor is contested by another device with its key.
bool is_settled(Simulation& sim, std::size_t device) {
  return !sim.device(device).closed() && sim.device(device).status().state == State::attached;
}

}  // namespace

bool demand_fairness(Simulation& sim, Adversary& adversary) {
  const Scenario& scenario = sim.scenario();
  const bool ends_by_itself = scenario.policy.session.max_lifetime < std::chrono::hours(1) ||
                              (scenario.faults & (bit(FaultKind::clone) | bit(FaultKind::full)));
  if (ends_by_itself || sim.device_count() < 2 || sim.device_count() > 8) return false;
  std::vector<std::pair<std::size_t, Standing>> others;
  for (std::size_t i = 1; i < sim.device_count(); ++i) {
    if (is_settled(sim, i)) others.emplace_back(i, standing_of(sim, i));
  }
  for (int wave = 0; wave < kWaves; ++wave) {
    adversary.flood(0, kWave);
    sim.run_for(1s);
  }
  sim.run_for(1s);
  for (const auto& [device, before] : others) {
    if (standing_of(sim, device) == before) continue;
    sim.checkers().breaches.add("I23",
                                "a flood at device 0 moved device " + std::to_string(device));
  }
  return !others.empty();
}

}  // namespace jvpn::sim
