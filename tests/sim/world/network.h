// SPDX-License-Identifier: Apache-2.0
// The networks between clients and gateways. Each access path loses, delays, reorders, duplicates
// and corrupts as it is told, one way or both; over IPv4 it stands behind a NAT, which forgets
// mappings and may give a forgotten one to somebody else; IPv6 has no NAT.
//
//   client --- path 0 (inside address) --- NAT (outside address, a port each) --+-- gateway 0
//          `-- path 1 (IPv6 address) -------------------------------------------+-- gateway 1 ...
//                                                       adversary: anywhere, any source
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "client/route.h"
#include "session/core/address.h"
#include "tests/sim/world/dice.h"
#include "tests/sim/world/endpoint_hash.h"
#include "tests/sim/world/virtual_time.h"

namespace jvpn::sim {

using Datagram = std::vector<std::uint8_t>;

struct Weather {
  double loss = 0;
  double duplicate = 0;
  double corrupt = 0;
  double late = 0;  ///< chance of a delay of up to two minutes
  Duration delay_min = 5ms;
  Duration delay_max = 5ms;
};

/// One access path of one device.
struct AccessId {
  std::uint16_t device = 0;
  std::uint8_t path = 0;
  auto operator<=>(const AccessId&) const = default;
};

/// One address of one gateway.
struct UnderlayId {
  std::uint8_t gateway = 0;
  std::uint8_t underlay = 0;
};

struct AccessPlan {
  bool v4 = true;
  bool v6 = false;
  std::uint8_t nat = 0;  ///< devices with the same number share one outside address
};

class Network {
 public:
  struct Handlers {
    std::function<void(UnderlayId, const Endpoint& source, Datagram)> to_gateway;
    std::function<void(std::size_t device, const client::Route& came_by, Datagram)> to_client;
    /// Sees every datagram that anyone sends, as an attacker on the wire would.
    std::function<void(bool uplink, const Endpoint& outside, const Endpoint& gateway,
                       const Datagram&)>
        tap;
  };

  Network(World& world, std::uint64_t seed) : world_(world), seed_(seed) {}
  void connect(Handlers handlers) { handlers_ = std::move(handlers); }

  void add_gateway(std::vector<Endpoint> endpoints);
  /// The next device; its number is the order of calls.
  void add_device(const std::vector<AccessPlan>& plans);

  std::size_t path_count(std::size_t device) const { return devices_[device].size(); }
  const std::vector<Endpoint>& gateway(std::size_t index) const { return gateways_[index]; }
  client::PathState path_state(AccessId id) const;
  Weather& weather(AccessId id) { return access(id).weather; }
  /// As a gateway sees what comes by this path over IPv4, or IPv6 where it has nothing else.
  Endpoint public_endpoint(AccessId id) const;

  void set_up(AccessId id, bool up) { access(id).up = up; }
  /// Silently swallows what goes that way: the interface stays up.
  void set_black_hole(AccessId id, bool up_way, bool down_way);
  /// Nothing that the device sends reaches that gateway, nor the other way: a route is missing.
  void set_parted(std::size_t device, std::size_t gateway, bool parted);
  /// The NAT forgets: the next datagrams leave from another port, the old one leads nowhere.
  void rebind_nat(AccessId id);
  /// The NAT forgets both and gives `from`'s mapping to `to`, which must be behind the same NAT.
  void hand_mapping_over(AccessId from, AccessId to);
  /// The access network gives the device other addresses (and so another mapping).
  void change_address(AccessId id);

  void send_from_client(std::size_t device, const client::Route& route, Datagram datagram);
  void send_from_gateway(UnderlayId from, const Endpoint& destination, Datagram datagram);
  /// From any source an attacker likes; arrives after `delay`.
  void inject(const Endpoint& source, const Endpoint& gateway, Datagram datagram, Duration delay);
  /// With a gateway's source, to whoever has that mapping now.
  void inject_down(const Endpoint& gateway, const Endpoint& destination, Datagram datagram,
                   Duration delay);

 private:
  struct Access {
    bool up = true;
    bool swallows_up = false;
    bool swallows_down = false;
    AccessPlan plan;
    IpAddress v4;
    IpAddress v6;
    std::uint16_t port = 0;  ///< its mapping at the NAT
    Weather weather;
    Dice dice{0};
  };
  Access& access(AccessId id) { return devices_[id.device][id.path]; }
  const Access& access(AccessId id) const { return devices_[id.device][id.path]; }
  bool are_parted(std::size_t device, const Endpoint& gateway) const;
  Endpoint outside_v4(const Access& access) const;
  Endpoint outside_v6(const Access& access) const;
  void map(AccessId id);
  void unmap(const Access& access);
  void carry(Access& access, const Datagram& datagram, std::function<void(Datagram)> deliver);
  void to_gateway(const Endpoint& gateway, const Endpoint& source, Datagram datagram);
  void to_client(const Endpoint& gateway, const Endpoint& destination, Datagram datagram);

  World& world_;
  std::uint64_t seed_;
  Handlers handlers_;
  std::vector<std::vector<Endpoint>> gateways_;
  std::unordered_map<Endpoint, UnderlayId, EndpointHash> underlays_;
  std::vector<std::vector<Access>> devices_;
  std::set<std::pair<std::size_t, std::size_t>> parted_;          ///< device, gateway
  std::unordered_map<Endpoint, AccessId, EndpointHash> outside_;  ///< who has which mapping now
  std::uint16_t next_port_ = 20000;
  std::uint32_t next_host_ = 2;
};

}  // namespace jvpn::sim
