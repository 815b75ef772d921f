// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/world/network.h"

#include "base/ensure.h"

namespace jvpn::sim {
namespace {

constexpr std::uint16_t kV6Port = 40000;  ///< nothing translates it

/// No packet has two: what an adversary puts together of others' addresses is none.
bool is_one_family(const Endpoint& one, const Endpoint& other) {
  return one.address.is_v4() == other.address.is_v4();
}

}  // namespace

void Network::add_gateway(std::vector<Endpoint> endpoints) {
  const auto index = static_cast<std::uint8_t>(gateways_.size());
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    underlays_[endpoints[i]] = {index, static_cast<std::uint8_t>(i)};
  }
  gateways_.push_back(std::move(endpoints));
}

void Network::add_device(const std::vector<AccessPlan>& plans) {
  const auto device = static_cast<std::uint16_t>(devices_.size());
  std::vector<Access>& paths = devices_.emplace_back(plans.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    paths[i].plan = plans[i];
    paths[i].dice = Dice(seed_ ^ (std::uint64_t{device} << 8 | i) * 0x9e3779b97f4a7c15);
    change_address({device, static_cast<std::uint8_t>(i)});
  }
}

client::PathState Network::path_state(AccessId id) const {
  const Access& at = access(id);
  return {.up = at.up, .v4 = at.v4, .v6 = at.v6};
}

Endpoint Network::outside_v4(const Access& at) const {
  if (!at.plan.v4) return {};
  return {IpAddress::v4({203, 0, 113, static_cast<std::uint8_t>(1 + at.plan.nat)}), at.port};
}

Endpoint Network::outside_v6(const Access& at) const {
  return at.plan.v6 ? Endpoint{at.v6, kV6Port} : Endpoint{};
}

Endpoint Network::public_endpoint(AccessId id) const {
  const Access& at = access(id);
  return at.plan.v4 ? outside_v4(at) : outside_v6(at);
}

void Network::set_black_hole(AccessId id, bool up_way, bool down_way) {
  access(id).swallows_up = up_way;
  access(id).swallows_down = down_way;
}

void Network::set_parted(std::size_t device, std::size_t gateway, bool parted) {
  if (parted) {
    parted_.emplace(device, gateway);
  } else {
    parted_.erase({device, gateway});
  }
}

bool Network::are_parted(std::size_t device, const Endpoint& gateway) const {
  if (parted_.empty()) return false;
  const auto found = underlays_.find(gateway);
  return found != underlays_.end() && parted_.contains({device, found->second.gateway});
}

void Network::map(AccessId id) {
  const Access& at = access(id);
  if (at.plan.v4) outside_[outside_v4(at)] = id;
  if (at.plan.v6) outside_[outside_v6(at)] = id;
}

void Network::unmap(const Access& at) {
  outside_.erase(outside_v4(at));
  outside_.erase(outside_v6(at));
}

void Network::rebind_nat(AccessId id) {
  Access& at = access(id);
  unmap(at);
  at.port = next_port_++;
  map(id);
}

void Network::hand_mapping_over(AccessId from, AccessId to) {
  ensure(access(from).plan.nat == access(to).plan.nat, "a NAT knows its own mappings only");
  const std::uint16_t port = access(from).port;
  rebind_nat(from);
  unmap(access(to));
  access(to).port = port;
  map(to);
}

void Network::change_address(AccessId id) {
  Access& at = access(id);
  unmap(at);
  const std::uint32_t host = next_host_++;
  if (at.plan.v4) at.v4 = IpAddress::v4(0x0a000000 | host);
  if (at.plan.v6) {
    Bytes<16> bytes{0x20, 0x01, 0x0d, 0xb8, 0, id.path};
    store(bytes.data() + 12, BigEndian<std::uint32_t>(host));
    at.v6 = IpAddress::v6(bytes);
  }
  at.port = next_port_++;
  map(id);
}

void Network::carry(Access& at, const Datagram& datagram, std::function<void(Datagram)> deliver) {
  const Weather& weather = at.weather;
  Dice& dice = at.dice;
  const int copies = dice.chance(weather.duplicate) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    if (dice.chance(weather.loss)) continue;
    Datagram carried = datagram;
    if (!carried.empty() && dice.chance(weather.corrupt)) {
      const std::size_t bit = dice.below(carried.size() * 8);
      carried[bit / 8] = static_cast<std::uint8_t>(carried[bit / 8] ^ (1u << bit % 8));
    }
    Duration delay = dice.between(weather.delay_min, weather.delay_max);
    if (dice.chance(weather.late)) delay += dice.between(1s, 120s);
    world_.in(delay,
              [deliver, carried = std::move(carried)]() mutable { deliver(std::move(carried)); });
  }
}

void Network::send_from_client(std::size_t device, const client::Route& route, Datagram datagram) {
  Access& at = access({static_cast<std::uint16_t>(device), route.path.value});
  // A datagram from an address that the device no longer has does not leave its kernel.
  if (!at.up || (route.source != at.v4 && route.source != at.v6)) return;
  const Endpoint source = route.source == at.v4 ? outside_v4(at) : outside_v6(at);
  if (handlers_.tap) handlers_.tap(true, source, route.gateway, datagram);
  if (at.swallows_up || are_parted(device, route.gateway)) return;
  carry(at, datagram, [this, source, gateway = route.gateway](Datagram arrived) {
    to_gateway(gateway, source, std::move(arrived));
  });
}

void Network::to_gateway(const Endpoint& gateway, const Endpoint& source, Datagram datagram) {
  const auto found = underlays_.find(gateway);
  if (found != underlays_.end()) handlers_.to_gateway(found->second, source, std::move(datagram));
}

void Network::send_from_gateway(UnderlayId from, const Endpoint& destination, Datagram datagram) {
  const std::vector<Endpoint>& underlays = gateways_[from.gateway];
  ensure(from.underlay < underlays.size(), "a gateway sends through a port that it has");
  const Endpoint gateway = underlays[from.underlay];
  if (handlers_.tap) handlers_.tap(false, destination, gateway, datagram);
  ensure(is_one_family(gateway, destination), "a port sends to its own address family");
  const auto found = outside_.find(destination);
  if (found == outside_.end() || access(found->second).swallows_down) return;
  carry(access(found->second), datagram, [this, gateway, destination](Datagram arrived) {
    to_client(gateway, destination, std::move(arrived));
  });
}

/// The mapping is asked again on arrival: it may have gone, or belong to somebody else by now.
void Network::to_client(const Endpoint& gateway, const Endpoint& destination, Datagram datagram) {
  const auto found = outside_.find(destination);
  if (found == outside_.end()) return;
  const Access& at = access(found->second);
  if (!at.up || at.swallows_down || are_parted(found->second.device, gateway)) return;
  const IpAddress inside = destination.address.is_v4() ? at.v4 : at.v6;
  handlers_.to_client(found->second.device, {PathId{found->second.path}, inside, gateway},
                      std::move(datagram));
}

void Network::inject(const Endpoint& source, const Endpoint& gateway, Datagram datagram,
                     Duration delay) {
  if (!is_one_family(source, gateway)) return;
  world_.in(delay, [this, source, gateway, datagram = std::move(datagram)]() mutable {
    to_gateway(gateway, source, std::move(datagram));
  });
}

void Network::inject_down(const Endpoint& gateway, const Endpoint& destination, Datagram datagram,
                          Duration delay) {
  if (!is_one_family(gateway, destination)) return;
  world_.in(delay, [this, gateway, destination, datagram = std::move(datagram)]() mutable {
    to_client(gateway, destination, std::move(datagram));
  });
}

}  // namespace jvpn::sim
