// SPDX-License-Identifier: Apache-2.0
// What befalls access paths, and the ways between networks.
#include "tests/sim/campaign/misfortune.h"

namespace jvpn::sim {

AccessId Misfortune::any_path() {
  const std::size_t device = any_device();
  return {static_cast<std::uint16_t>(device),
          static_cast<std::uint8_t>(dice_.below(sim_.network().path_count(device)))};
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
      if (sim_.scenario().cluster && dice_.chance(0.4)) return part(path.device);
      const bool swallows = dice_.chance(0.5);
      return network.set_black_hole(path, swallows, swallows);
    }
    case FaultKind::one_way:
      return swallow_one_way(path);
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

Weather Misfortune::draw_weather() {
  Weather weather;
  weather.loss = dice_.chance(0.3) ? 0.3 : 0.02;
  weather.duplicate = dice_.chance(0.5) ? 0.1 : 0;
  weather.corrupt = dice_.chance(0.3) ? 0.05 : 0;
  weather.delay_min = dice_.between(1ms, 40ms);
  weather.delay_max = weather.delay_min + dice_.between(0ms, 200ms);
  return weather;
}

/// Of one path, or of all that a device has: then no other one is better.
void Misfortune::set_weather(AccessId path) {
  if (dice_.chance(0.3)) return storm(path.device);
  const double late = sim_.network().weather(path).late;
  sim_.network().weather(path) = draw_weather();
  sim_.network().weather(path).late = late;
}

void Misfortune::storm(std::size_t device) {
  Weather weather = draw_weather();
  weather.loss = dice_.chance(0.5) ? 0.3 : 0.15;
  for (std::size_t path = 0; path < sim_.network().path_count(device); ++path) {
    sim_.network().weather({static_cast<std::uint16_t>(device), static_cast<std::uint8_t>(path)}) =
        weather;
  }
}

void Misfortune::swallow_one_way(AccessId path) {
  const bool up = dice_.chance(0.4), down = dice_.chance(0.4);
  sim_.network().set_black_hole(path, up, down);
}

/// No way leads from a device's networks to one of the gateways, which lives on, or it does again.
void Misfortune::part(std::size_t device) {
  const std::size_t gateway = any_gateway();
  sim_.network().set_parted(device, gateway, dice_.chance(0.5));
}

void Misfortune::give_mapping_away(AccessId from) {
  const AccessId to = any_path();
  const auto plan = [&](AccessId id) { return sim_.scenario().devices[id.device].paths[id.path]; };
  const bool one_nat = plan(from).v4 && plan(to).v4 && plan(from).nat == plan(to).nat;
  if (one_nat && from != to) sim_.network().hand_mapping_over(from, to);
}

}  // namespace jvpn::sim
