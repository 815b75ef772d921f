// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/life.h"

#include <cstdio>

#include "tests/sim/campaign/misfortune.h"
#include "tests/sim/checkers/liveness.h"

namespace jvpn::sim {
namespace {

void copy_text(const std::string& from, std::span<char> to) {
  const std::size_t size = std::min(from.size(), to.size() - 1);
  std::memcpy(to.data(), from.data(), size);
  to[size] = 0;
}

void tell_faults(Simulation& sim, Misfortune& misfortune) {
  misfortune.on_strike([&sim](FaultKind kind) {
    std::printf("%10.3f s  fault %s\n", static_cast<double>(sim.world().now().ns) * 1e-9,
                std::string(to_string(kind)).c_str());
  });
}

void tell_counters(Simulation& sim) {
  for (std::size_t i = 0; i < sim.gateway_count(); ++i) {
    Gateway* gateway = sim.gateway(i);
    if (gateway == nullptr) continue;
    std::printf("gateway %zu: %zu sessions", i, gateway->session_count());
    for (const auto& [name, count] : gateway->counters()) {
      std::printf(", %s %llu", name.c_str(), static_cast<unsigned long long>(count));
    }
    std::printf("\n");
  }
}

/// Each device in turn, as long as that is cheap, after a minute in which nothing jumped.
void demand_recoveries(Simulation& sim) {
  if (sim.device_count() > 8 || (sim.scenario().faults & bit(FaultKind::clone)) != 0) return;
  sim.run_for(61s);
  for (std::size_t i = 0; i < sim.device_count(); ++i) {
    if (sim.checkers().breaches.empty()) demand_recovery(sim, i);
  }
}

Outcome outcome_of(Simulation& sim, const Misfortune& misfortune) {
  Outcome out;
  const Checkers& checkers = sim.checkers();
  out.seed = sim.scenario().seed;
  out.session_ms = static_cast<std::uint64_t>(to_ms(misfortune.session_time()));
  out.events = sim.world().events();
  out.transitions = checkers.versions.transitions();
  out.jumps = checkers.jumps;
  out.delivered = checkers.deliveries.count(true) + checkers.deliveries.count(false);
  out.replays = checkers.replays.compared();
  out.breaches = checkers.breaches.count();
  out.coverage = checkers.coverage;
  copy_text(sim.audit_hash(), out.audit_hash);
  if (out.breaches != 0) copy_text(checkers.breaches.lines().front(), out.first_breach);
  return out;
}

}  // namespace

Outcome live(const LifePlan& plan) {
  Scenario scenario = draw_scenario(plan.seed);
  scenario.canary = plan.canary;
  Simulation sim(std::move(scenario));
  Misfortune misfortune(sim, plan.seed);
  if (plan.verbose) tell_faults(sim, misfortune);
  if (plan.verbose) sim.checkers().tell = true;
  sim.run_for(2s);
  misfortune.torment(plan.torment);
  if (sim.checkers().breaches.empty()) {
    misfortune.adversary().copy_until(sim.world().now(), 0);
    sim.heal();
    demand_convergence(sim);
  }
  if (sim.checkers().breaches.empty()) demand_recoveries(sim);
  if (plan.verbose) tell_counters(sim);
  return outcome_of(sim, misfortune);
}

}  // namespace jvpn::sim
