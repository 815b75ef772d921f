// SPDX-License-Identifier: Apache-2.0
// Which NUMA socket memory lies on: what one worker uses lies on its core's, what all use on that
// of most. Sockets are numbered as DPDK does; kAnySocket: not told, or all the same.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace jvpn {

inline constexpr int kAnySocket = -1;

/// The socket that most of them have, the lowest of several such.
int socket_of_most(std::span<const int> sockets);

struct PortSocket {
  std::string device;
  int socket = kAnySocket;
};
/// A port whose frames cross between sockets on their way to a worker; workers on several sockets,
/// of which only one has the session table beside it.
std::vector<std::string> numa_warnings(std::span<const int> worker_sockets,
                                       std::span<const PortSocket> ports);

}  // namespace jvpn
