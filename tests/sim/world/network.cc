// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/world/network.h"

namespace jvpn::sim {

Network::Network(World& world, Dice& dice, std::size_t paths, Endpoint gateway)
    : world_(world), dice_(dice), gateway_(gateway), paths_(paths) {
  for (std::size_t i = 0; i < paths; ++i) {
    paths_[i].outside.address = IpAddress::v4({203, 0, 113, static_cast<std::uint8_t>(1 + i)});
    change_address(i);
  }
}

client::PathState Network::path_state(std::size_t path) const {
  return {.up = paths_[path].up, .v4 = paths_[path].inside, .v6 = {}};
}

void Network::rebind_nat(std::size_t path) {
  paths_[path].outside.port = next_port_++;
}

void Network::change_address(std::size_t path) {
  const auto network = static_cast<std::uint8_t>(1 + path);
  paths_[path].inside = IpAddress::v4({192, 168, network, next_host_++});
  rebind_nat(path);
}

void Network::carry(std::size_t path, Datagram datagram, std::function<void(Datagram)> deliver) {
  const Weather& weather = paths_[path].weather;
  const int copies = dice_.chance(weather.duplicate) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    if (dice_.chance(weather.loss)) continue;
    Datagram carried = datagram;
    if (!carried.empty() && dice_.chance(weather.corrupt)) {
      const std::size_t at = dice_.below(carried.size());
      carried[at] = static_cast<std::uint8_t>(carried[at] ^ (1u << dice_.below(8)));
    }
    world_.in(dice_.between(weather.delay_min, weather.delay_max),
              [deliver, carried = std::move(carried)]() mutable { deliver(std::move(carried)); });
  }
}

void Network::send_from_client(const client::Route& route, Datagram datagram) {
  Path& path = paths_[route.path.value];
  // A datagram from an address that the client no longer has does not leave its kernel.
  if (!passes(path) || route.source != path.inside || route.gateway != gateway_) return;
  const Endpoint source = path.outside;
  if (handlers_.tap) handlers_.tap(true, source, datagram);
  carry(route.path.value, std::move(datagram),
        [this, source](Datagram arrived) { handlers_.to_gateway(source, std::move(arrived)); });
}

void Network::send_from_gateway(const Endpoint& destination, Datagram datagram) {
  if (handlers_.tap) handlers_.tap(false, destination, datagram);
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if (paths_[i].outside.address != destination.address) continue;
    carry(i, std::move(datagram), [this, i, destination](Datagram arrived) {
      deliver_to_client(i, destination, std::move(arrived));
    });
    return;
  }
}

void Network::deliver_to_client(std::size_t path, const Endpoint& destination, Datagram datagram) {
  const Path& now = paths_[path];
  if (!passes(now) || now.outside != destination) return;
  handlers_.to_client({PathId{static_cast<std::uint8_t>(path)}, now.inside, gateway_},
                      std::move(datagram));
}

void Network::inject(const Endpoint& source, Datagram datagram) {
  world_.in(1ms, [this, source, datagram = std::move(datagram)]() mutable {
    handlers_.to_gateway(source, std::move(datagram));
  });
}

}  // namespace jvpn::sim
