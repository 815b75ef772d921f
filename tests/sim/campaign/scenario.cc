// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/scenario.h"

#include <initializer_list>

namespace jvpn::sim {
namespace {

template <class T>
T pick(Dice& dice, std::initializer_list<T> choices) {
  return choices.begin()[dice.below(choices.size())];
}

/// Every time scales with the heartbeat, as an operator of idle phones or of fast links would have
/// it; some limits are tight.
Policy draw_policy(Dice& dice, Duration heartbeat) {
  Policy policy;
  VolatilityPolicy& v = policy.volatility;
  v.heartbeat_interval = heartbeat;
  v.heartbeat_volatile = heartbeat * pick(dice, {3, 4, 6});
  v.transport_dead = v.heartbeat_volatile + heartbeat * pick(dice, {0, 2, 4});
  v.loss_window = heartbeat * pick(dice, {4, 8});
  v.loss_volatile_threshold = pick(dice, {0.05, 0.2, 0.5});
  v.max_consecutive_drops = pick(dice, {1u, 3u, 3u});
  v.latency_volatile_threshold =
      pick(dice, {Duration(0ms), Duration(0ms), Duration(60ms), Duration(150ms)});
  v.stability_window = heartbeat * pick(dice, {2, 4});
  v.volatile_to_degraded = heartbeat * pick(dice, {2, 8, 40});
  SwitchingPolicy& s = policy.switching;
  s.recovery_window = std::max<Duration>(heartbeat * 16, 2s) + dice.between(0ms, 6s);
  s.max_switches_per_min = pick(dice, {0u, 2u, 8u, 8u, 20u, 60u});
  s.max_nat_rebinds_per_min = pick(dice, {1u, 30u, 30u});
  s.switch_cooldown = pick(dice, {Duration(0ms), Duration(1500ms), Duration(5s)});
  s.on_recovery_timeout =
      dice.chance(0.35) ? OnRecoveryTimeout::terminate : OnRecoveryTimeout::degrade;
  s.drain = pick(dice, {Duration(0ms), Duration(250ms), Duration(2s)});
  s.hold_packets = pick(dice, {0u, 4u, 64u});
  policy.session.transport_lost_ttl = s.recovery_window + dice.between(1s, 30s);
  policy.session.max_lifetime =
      dice.chance(0.4) ? dice.between(30s, 300s) : Duration(std::chrono::hours(8));
  policy.security.replay_window_packets = pick(dice, {64u, 1024u, 8192u});
  policy.security.challenge_max_age = pick(dice, {Duration(1s), Duration(5s)});
  return policy;
}

AccessPlan draw_path(Dice& dice) {
  AccessPlan plan;
  plan.v6 = dice.chance(0.4);
  plan.v4 = !plan.v6 || dice.chance(0.6);
  plan.nat = static_cast<std::uint8_t>(dice.below(3));
  return plan;
}

DevicePlan draw_device(Dice& dice, std::uint16_t peer, std::size_t gateways) {
  DevicePlan plan;
  plan.peer = peer;
  plan.gateway = static_cast<std::uint8_t>(dice.below(gateways));
  plan.paths.clear();
  const std::size_t paths = 1 + dice.below(3);
  for (std::size_t i = 0; i < paths; ++i) plan.paths.push_back(draw_path(dice));
  plan.suite = dice.chance(0.5) ? Suite::aes_256_gcm : Suite::chacha20_poly1305;
  return plan;
}

FaultSet draw_faults(Dice& dice) {
  FaultSet set = 0;
  for (std::size_t kind = 1; kind < kFaultKinds; ++kind) {
    if (dice.chance(0.45)) set |= FaultSet{1} << kind;
  }
  return set;
}

/// Most seeds: a few devices and much going on. Some: many idle ones, hours of them.
struct Mix {
  std::size_t devices;
  Duration heartbeat;
  Duration packet_every;
  Duration quiet_most;
  int length = 1;
};
Mix draw_mix(Dice& dice) {
  if (dice.chance(0.04)) return {100 + dice.below(200), 30s, 60s, 30s, 4};
  const Duration heartbeat =
      pick(dice, {Duration(100ms), Duration(500ms), Duration(500ms), Duration(2s), Duration(5s)});
  return {1 + dice.below(8), heartbeat,
          pick(dice, {Duration(100ms), Duration(500ms), Duration(2s)}),
          pick(dice, {Duration(3s), Duration(10s), Duration(30s)}), 1};
}

/// Hand-overs of sessions that are not well are rare otherwise, and worst of all in the middle of
/// other faults. Enough packets for loss to be judged, and a policy that minds a little of it.
void make_restless(Dice& dice, Scenario& scenario, Mix& mix) {
  scenario.restless = true;
  for (std::size_t kind = 1; kind < kFaultKinds; ++kind) {
    if (dice.chance(0.4)) scenario.faults |= FaultSet{1} << kind;
  }
  scenario.faults |= bit(FaultKind::drain) | bit(FaultKind::weather);
  mix.packet_every = Duration(100ms);
  mix.quiet_most = pick(dice, {Duration(3s), Duration(5s)});
  mix.devices = std::max<std::size_t>(mix.devices, 4);
  VolatilityPolicy& v = scenario.policy.volatility;
  v.loss_volatile_threshold = 0.05;
  v.volatile_to_degraded = v.heartbeat_interval * pick(dice, {8, 40});
}

}  // namespace

std::uint16_t Scenario::peers() const {
  std::uint16_t most = 0;
  for (const DevicePlan& plan : devices) most = std::max(most, plan.peer);
  return static_cast<std::uint16_t>(most + 1);
}

Scenario draw_scenario(std::uint64_t seed) {
  Dice dice(seed ^ 0x5ce0a210);
  Scenario scenario;
  scenario.seed = seed;
  Mix mix = draw_mix(dice);
  scenario.policy = draw_policy(dice, mix.heartbeat);
  scenario.faults = draw_faults(dice);
  // Crowds that find no room would do little else than ask again.
  if (mix.length > 1) scenario.faults &= ~(bit(FaultKind::full) | bit(FaultKind::flood));
  scenario.cluster = dice.chance(0.3);
  if (scenario.cluster && mix.length == 1 && dice.chance(0.55)) make_restless(dice, scenario, mix);
  scenario.shared_store = (scenario.faults & bit(FaultKind::crash)) == 0;
  scenario.shared_store |= scenario.cluster;
  scenario.quiet_most = mix.quiet_most;
  // A crowd whose node is gone asks all the time.
  scenario.length = scenario.cluster ? std::min(mix.length, 2) : mix.length;
  scenario.sample_every = std::clamp<Duration>(mix.heartbeat / 10, 50ms, 3s);
  const std::size_t fewest = scenario.restless ? 2 : 1;
  scenario.gateways.assign(fewest + dice.below(6 - fewest), {});
  const bool full = (scenario.faults & bit(FaultKind::full)) != 0;
  for (GatewayPlan& gateway : scenario.gateways) {
    gateway.v4_endpoints = static_cast<std::uint8_t>(1 + dice.below(2));
    gateway.v6_endpoints = static_cast<std::uint8_t>(1 + dice.below(2));
    // Two of them differ by less than the hundredth that a lease allows for.
    if (scenario.cluster) gateway.drift_ppm = static_cast<std::int64_t>(dice.below(8001)) - 4000;
    gateway.slots = static_cast<std::uint32_t>(full ? 1 + mix.devices / 2 : mix.devices * 2 + 8);
  }
  scenario.devices.clear();
  for (std::size_t i = 0; i < mix.devices; ++i) {
    const auto peer = static_cast<std::uint16_t>(i);
    scenario.devices.push_back(draw_device(dice, peer, scenario.gateways.size()));
    scenario.devices.back().packet_every = mix.packet_every;
  }
  if ((scenario.faults & bit(FaultKind::clone)) != 0) {
    scenario.devices.push_back(scenario.devices.front());
  }
  return scenario;
}

}  // namespace jvpn::sim
