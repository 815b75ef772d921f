// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/os/socket_address.h"
#include "client/os/udp_socket.h"

namespace jvpn::client {

/// Where others send to reach this socket.
inline Endpoint name_of(const UdpSocket& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&storage), &size);
  return to_endpoint(storage);
}

}  // namespace jvpn::client
