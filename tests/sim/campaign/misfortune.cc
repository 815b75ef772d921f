// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/misfortune.h"

namespace jvpn::sim {
namespace {

constexpr double kCalm = 0.015;
constexpr double kRestlessDrains = 0.2;  ///< of all strikes

}  // namespace

Misfortune::Misfortune(Simulation& sim, std::uint64_t seed)
    : sim_(sim), dice_(seed ^ 0xfa17), adversary_(sim, seed) {
  for (std::size_t i = 1; i < kFaultKinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if ((sim.scenario().faults & bit(kind)) != 0) allowed_.push_back(kind);
  }
}

void Misfortune::torment(Duration span) {
  const Instant end = sim_.world().now() + span;
  is_over_ = false;
  while (sim_.world().now() < end && sim_.checkers().breaches.empty()) {
    if (!allowed_.empty()) strike(any_kind());
    sim_.run_for(std::min(pause_before_next(), end - sim_.world().now()));
  }
  is_over_ = true;
}

FaultKind Misfortune::any_kind() {
  const bool drains = sim_.scenario().restless && dice_.chance(kRestlessDrains);
  return drains ? FaultKind::drain : allowed_[dice_.below(allowed_.size())];
}

/// Now and then long enough for what has struck to have its consequences undisturbed.
Duration Misfortune::pause_before_next() {
  if (dice_.chance(sim_.scenario().restless ? 2 * kCalm : kCalm))
    return FaultClock::kAftermath + dice_.between(5s, 45s);
  return dice_.between(100ms, sim_.scenario().quiet_most);
}

void Misfortune::strike(FaultKind kind) {
  if (told_) told_(kind);
  sim_.checkers().faults.struck(kind, sim_.world().now());
  strike_path(kind, any_path());
  strike_node(kind);
  strike_wire(kind);
}

void Misfortune::strike_wire(FaultKind kind) {
  switch (kind) {
    case FaultKind::replay:
      return adversary_.replay(20);
    case FaultKind::copy:
      return copy_for_a_while();
    case FaultKind::forgery:
      return adversary_.forge(20);
    case FaultKind::flood:
      return adversary_.flood(any_device(), 200);
    default:
      return;
  }
}

void Misfortune::copy_for_a_while() {
  const Instant until = sim_.world().now() + dice_.between(100ms, 5s);
  adversary_.copy_until(until, dice_.chance(0.3) ? 1.0 : 0.1);
}

}  // namespace jvpn::sim
