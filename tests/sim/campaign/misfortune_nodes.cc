// SPDX-License-Identifier: Apache-2.0
// What befalls gateways, devices and the store, and what operators want.
#include "tests/sim/campaign/misfortune.h"

namespace jvpn::sim {

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
      return split_off(any_gateway());
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

void Misfortune::crash(std::size_t gateway) {
  sim_.crash(gateway);
  sim_.world().in(dice_.between(0ms, 8s), [this, gateway] {
    if (is_over_) return;
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

void Misfortune::split_off(std::size_t gateway) {
  sim_.store().set_partitioned(static_cast<std::uint8_t>(1 + gateway), dice_.chance(0.4));
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

/// Some clusters are restless: their nodes are drained often, and in bad weather, so that sessions
/// are handed over in whatever state they are.
void Misfortune::drain_one() {
  const Scenario& scenario = sim_.scenario();
  if (!scenario.cluster || sim_.gateway_count() < 2) return;
  const std::size_t gateway = any_gateway();
  if (!scenario.restless) {
    if (dice_.chance(0.3)) drain(gateway);
    return;
  }
  for (std::size_t device = 0; device < sim_.device_count(); ++device) {
    if (dice_.chance(0.5)) storm(device);
  }
  sim_.world().in(dice_.between(0ms, 8s), [this, gateway] {
    if (is_over_) return;
    sim_.checkers().faults.struck(FaultKind::drain, sim_.world().now());
    drain(gateway);
  });
}

void Misfortune::drain(std::size_t gateway) {
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
