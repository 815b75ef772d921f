// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/life.h"

#include <cstdio>

#include "tests/sim/campaign/misfortune.h"
#include "tests/sim/checkers/fairness.h"
#include "tests/sim/checkers/liveness.h"

namespace jvpn::sim {
namespace {

constexpr std::uint64_t kRepeated = 32;  ///< one seed in so many

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

Outcome outcome_of(Simulation& sim) {
  Outcome out;
  const Checkers& checkers = sim.checkers();
  out.seed = sim.scenario().seed;
  out.session_ms = static_cast<std::uint64_t>(to_ms(sim.session_time()));
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

/// I18, for some seeds: once more, in the same process.
void live_again(const LifePlan& plan, Outcome& first) {
  LifePlan short_plan{.seed = plan.seed,
                      .torment = std::min<Duration>(plan.torment, std::chrono::minutes(1))};
  short_plan.is_repetition = true;
  const Outcome a = live(short_plan), b = live(short_plan);
  if (std::strcmp(a.audit_hash, b.audit_hash) == 0 && a.events == b.events) return;
  ++first.breaches;
  copy_text("I18: the same seed gave another audit", first.first_breach);
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
  misfortune.torment(plan.torment * sim.scenario().length);
  if (sim.checkers().breaches.empty()) {
    misfortune.adversary().copy_until(sim.world().now(), 0);
    sim.heal();
    demand_convergence(sim);
  }
  if (sim.checkers().breaches.empty()) demand_recoveries(sim);
  if (sim.checkers().breaches.empty()) demand_fairness(sim, misfortune.adversary());
  if (plan.verbose) tell_counters(sim);
  Outcome outcome = outcome_of(sim);
  if (outcome.breaches == 0 && plan.seed % kRepeated == 0 && !plan.is_repetition) {
    live_again(plan, outcome);
  }
  return outcome;
}

}  // namespace jvpn::sim
