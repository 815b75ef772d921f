// SPDX-License-Identifier: Apache-2.0
// One socket per access interface and address family, each bound to the address in use there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/os/udp_socket.h"

namespace jvpn::client {

class AccessSockets {
 public:
  /// Called with each new socket, so that it is watched; a closed one leaves epoll by itself.
  using Opened = std::function<void(const UdpSocket&, std::size_t slot)>;

  AccessSockets(std::vector<std::string> interfaces, Opened opened);

  /// Makes the sockets of a path match its addresses. Returns the state with the addresses left out
  /// that no socket could be bound to (they may be gone again already).
  PathState refresh(PathId path, const PathState& state);
  /// The socket that sends by this route, or null: the address has changed meanwhile.
  UdpSocket* find(const Route& route);

  std::size_t slots() const { return sockets_.size(); }
  const std::optional<UdpSocket>& at(std::size_t slot) const { return sockets_[slot]; }
  static PathId path_of(std::size_t slot) { return PathId{static_cast<std::uint8_t>(slot / 2)}; }

 private:
  void fit(std::size_t slot, bool link_is_up, IpAddress& address);

  std::vector<std::string> interfaces_;
  std::vector<std::optional<UdpSocket>> sockets_;  ///< path * 2 + (0: IPv4, 1: IPv6)
  Opened opened_;
};

}  // namespace jvpn::client
