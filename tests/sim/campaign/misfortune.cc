// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/misfortune.h"

namespace jvpn::sim {

Misfortune::Misfortune(Simulation& sim, std::uint64_t seed)
    : sim_(sim), dice_(seed ^ 0xfa17), adversary_(sim, seed) {
  for (std::size_t i = 1; i < kFaultKinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if ((sim.scenario().faults & bit(kind)) != 0) allowed_.push_back(kind);
  }
}

void Misfortune::torment(Duration span) {
  const Instant end = sim_.world().now() + span;
  while (sim_.world().now() < end && sim_.checkers().breaches.empty()) {
    if (!allowed_.empty()) strike(allowed_[dice_.below(allowed_.size())]);
    sim_.run_for(
        std::min(dice_.between(100ms, sim_.scenario().quiet_most), end - sim_.world().now()));
  }
}

AccessId Misfortune::any_path() {
  const std::size_t device = any_device();
  return {static_cast<std::uint16_t>(device),
          static_cast<std::uint8_t>(dice_.below(sim_.network().path_count(device)))};
}

void Misfortune::strike(FaultKind kind) {
  if (told_) told_(kind);
  sim_.checkers().faults.struck(kind, sim_.world().now());
  strike_path(kind, any_path());
  strike_node(kind);
  strike_wire(kind);
}

void Misfortune::strike_path(FaultKind kind, AccessId path) {
  Network& network = sim_.network();
  switch (kind) {
    case FaultKind::weather:
      return set_weather(path);
    case FaultKind::late:
      network.weather(path).late = dice_.chance(0.7) ? 0.02 : 0;
      return;
    case FaultKind::cut:
      return sim_.cut(path, dice_.chance(0.6));
    case FaultKind::black_hole: {
      const bool swallows = dice_.chance(0.5);
      return network.set_black_hole(path, swallows, swallows);
    }
    case FaultKind::one_way:
      return network.set_black_hole(path, dice_.chance(0.4), dice_.chance(0.4));
    case FaultKind::rebind:
      return network.rebind_nat(path);
    case FaultKind::reuse:
      return give_mapping_away(path);
    case FaultKind::address:
      return sim_.change_address(path);
    default:
      return;
  }
}

void Misfortune::strike_node(FaultKind kind) {
  switch (kind) {
    case FaultKind::crash:
      if (dice_.chance(0.3)) crash(any_gateway());
      return;
    case FaultKind::pause:
      return pause();
    case FaultKind::leap:
      return leap();
    case FaultKind::end:
      return end_one();
    case FaultKind::store:
      return vex_store();
    case FaultKind::split:
      return sim_.store().set_partitioned(static_cast<std::uint8_t>(1 + any_gateway()),
                                          dice_.chance(0.4));
    case FaultKind::stall:
      return stop_gateway(dice_.between(5s, 25s));
    case FaultKind::drain:
      return drain_one();
    case FaultKind::load:
      if (Gateway* gateway = sim_.gateway(any_gateway())) {
        gateway->burden(sim_.world().now() + dice_.between(0ms, 10s));
      }
      return;
    case FaultKind::policy:
      return change_policy();
    default:
      return;
  }
}

void Misfortune::strike_wire(FaultKind kind) {
  switch (kind) {
    case FaultKind::replay:
      return adversary_.replay(20);
    case FaultKind::copy:
      return adversary_.copy_until(sim_.world().now() + dice_.between(100ms, 5s),
                                   dice_.chance(0.3) ? 1.0 : 0.1);
    case FaultKind::forgery:
      return adversary_.forge(20);
    case FaultKind::flood:
      return adversary_.flood(any_device(), 200);
    default:
      return;
  }
}

void Misfortune::set_weather(AccessId path) {
  Weather& weather = sim_.network().weather(path);
  weather.loss = dice_.chance(0.3) ? 0.3 : 0.02;
  weather.duplicate = dice_.chance(0.5) ? 0.1 : 0;
  weather.corrupt = dice_.chance(0.3) ? 0.05 : 0;
  weather.delay_min = dice_.between(1ms, 40ms);
  weather.delay_max = weather.delay_min + dice_.between(0ms, 200ms);
}

void Misfortune::give_mapping_away(AccessId from) {
  const AccessId to = any_path();
  const auto plan = [&](AccessId id) { return sim_.scenario().devices[id.device].paths[id.path]; };
  const bool one_nat = plan(from).v4 && plan(to).v4 && plan(from).nat == plan(to).nat;
  if (one_nat && from != to) sim_.network().hand_mapping_over(from, to);
}

void Misfortune::crash(std::size_t gateway) {
  sim_.crash(gateway);
  sim_.world().in(dice_.between(0ms, 8s), [this, gateway] {
    if (sim_.gateway(gateway) == nullptr) sim_.start(gateway);
  });
}

void Misfortune::pause() {
  const Duration span = dice_.between(100ms, 15s);
  if (dice_.chance(0.5)) {
    Device& device = sim_.device(any_device());
    device.pause();
    return sim_.world().in(span, [&device] { device.resume(); });
  }
  stop_gateway(span);
}

void Misfortune::stop_gateway(Duration span) {
  const std::size_t gateway = any_gateway();
  if (sim_.gateway(gateway) != nullptr) sim_.gateway(gateway)->pause();
  sim_.world().in(span, [this, gateway] {
    if (sim_.gateway(gateway) != nullptr) sim_.gateway(gateway)->resume();
  });
}

void Misfortune::leap() {
  const Duration span = dice_.between(10ms, 30s);
  if (dice_.chance(0.5)) return sim_.device(any_device()).leap(span);
  // Leases rest on clocks that run alike: there a machine's suspend takes everybody's time.
  if (sim_.scenario().cluster) return stop_gateway(span);
  if (Gateway* gateway = sim_.gateway(any_gateway())) gateway->leap(span);
}

void Misfortune::vex_store() {
  SharedStore& store = sim_.store();
  StoreWeather& weather = store.weather();
  weather = StoreWeather{};
  if (dice_.chance(0.3)) weather.delay_max = dice_.between(10ms, 400ms);
  if (dice_.chance(0.3)) weather.unavailable = 0.3;
  if (dice_.chance(0.3)) weather.lost_before = 0.1;
  if (dice_.chance(0.3)) weather.lost_after = 0.1;
  if (dice_.chance(0.2)) weather.applied_late = 0.1;
  store.set_available(!dice_.chance(0.2));
}

void Misfortune::drain_one() {
  if (!sim_.scenario().cluster || sim_.gateway_count() < 2 || !dice_.chance(0.3)) return;
  const std::size_t gateway = any_gateway();
  sim_.drain(gateway);
  sim_.world().in(dice_.between(2s, 30s), [this, gateway] {
    const Gateway* at = sim_.gateway(gateway);
    if (at != nullptr && at->is_draining()) sim_.restart(gateway);
  });
}

/// What no checker measures by: how soon trouble is seen, and when it is over.
void Misfortune::change_policy() {
  Policy policy = sim_.scenario().policy;
  policy.version = "1." + std::to_string(++policies_);
  policy.apply = dice_.chance(0.5) ? PolicyApply::strict : PolicyApply::grace;
  VolatilityPolicy& v = policy.volatility;
  if (dice_.chance(0.5))
    v.loss_volatile_threshold = 0.05 + 0.05 * static_cast<double>(dice_.below(8));
  if (dice_.chance(0.5)) v.volatile_to_degraded = v.heartbeat_interval * 4;
  if (dice_.chance(0.5)) v.latency_volatile_threshold = dice_.between(40ms, 200ms);
  sim_.apply_policy(policy);
}

void Misfortune::end_one() {
  if (dice_.chance(0.1)) return sim_.device(any_device()).shut_down();
  Gateway* gateway = sim_.gateway(any_gateway());
  if (gateway == nullptr) return;
  const auto sessions = gateway->sessions();
  if (!sessions.empty()) gateway->terminate_by_operator(sessions[dice_.below(sessions.size())].id);
}

}  // namespace jvpn::sim
