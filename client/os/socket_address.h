// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "session/core/address.h"

namespace jvpn::client {

/// An endpoint as the socket calls take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};
SocketAddress to_socket_address(const Endpoint& endpoint);
/// Nothing for a family that is neither IPv4 nor IPv6.
Endpoint to_endpoint(const sockaddr_storage& storage);

}  // namespace jvpn::client
