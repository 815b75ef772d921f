// SPDX-License-Identifier: Apache-2.0
// The access networks between one client and one gateway: each loses, delays, reorders, duplicates
// and corrupts as it is told, and each stands behind a NAT whose mapping can be forgotten.
//
//   client --- path 0 (private address) --- NAT 0 (public endpoint) ---+
//          `-- path 1 (private address) --- NAT 1 (public endpoint) ---+--- gateway
//                                                   adversary: anywhere, any source
#pragma once

#include <functional>
#include <vector>

#include "base/bytes.h"
#include "client/route.h"
#include "session/core/address.h"
#include "tests/sim/world/dice.h"
#include "tests/sim/world/virtual_time.h"

namespace jvpn::sim {

using Datagram = std::vector<std::uint8_t>;

struct Weather {
  double loss = 0;
  double duplicate = 0;
  double corrupt = 0;
  Duration delay_min = 5ms;
  Duration delay_max = 5ms;
};

class Network {
 public:
  struct Handlers {
    std::function<void(const Endpoint& source, Datagram)> to_gateway;
    std::function<void(const client::Route& came_by, Datagram)> to_client;
    /// Sees every datagram that anyone sends, as an attacker on the wire would.
    std::function<void(bool uplink, const Endpoint& outside, const Datagram&)> tap;
  };

  Network(World& world, Dice& dice, std::size_t paths, Endpoint gateway);
  void connect(Handlers handlers) { handlers_ = std::move(handlers); }

  std::size_t path_count() const { return paths_.size(); }
  const Endpoint& gateway() const { return gateway_; }
  client::PathState path_state(std::size_t path) const;
  Weather& weather(std::size_t path) { return paths_[path].weather; }
  const Endpoint& public_endpoint(std::size_t path) const { return paths_[path].outside; }

  void set_up(std::size_t path, bool up) { paths_[path].up = up; }
  /// Silently swallows everything: the interface stays up.
  void set_black_hole(std::size_t path, bool swallows) { paths_[path].black_hole = swallows; }
  /// The NAT forgets: the next datagrams leave from another port, the old one leads nowhere.
  void rebind_nat(std::size_t path);
  /// The access network gives the client another address (and so another mapping).
  void change_address(std::size_t path);

  void send_from_client(const client::Route& route, Datagram datagram);
  void send_from_gateway(const Endpoint& destination, Datagram datagram);
  /// From any source an attacker likes.
  void inject(const Endpoint& source, Datagram datagram);

 private:
  struct Path {
    bool up = true;
    bool black_hole = false;
    IpAddress inside;
    Endpoint outside;
    Weather weather;
  };
  bool passes(const Path& path) { return path.up && !path.black_hole; }
  void carry(std::size_t path, Datagram datagram, std::function<void(Datagram)> deliver);
  void deliver_to_client(std::size_t path, const Endpoint& destination, Datagram datagram);

  World& world_;
  Dice& dice_;
  Endpoint gateway_;
  std::vector<Path> paths_;
  Handlers handlers_;
  std::uint16_t next_port_ = 20000;
  std::uint8_t next_host_ = 2;
};

}  // namespace jvpn::sim
