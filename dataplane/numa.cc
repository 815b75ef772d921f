// SPDX-License-Identifier: Apache-2.0
#include "dataplane/numa.h"

#include <algorithm>
#include <map>
#include <set>

namespace jvpn {

int socket_of_most(std::span<const int> sockets) {
  std::map<int, unsigned> counted;
  for (const int socket : sockets) ++counted[socket];
  const auto most =
      std::ranges::max_element(counted, {}, [](const auto& one) { return one.second; });
  return most == counted.end() ? kAnySocket : most->first;
}

std::vector<std::string> numa_warnings(std::span<const int> worker_sockets,
                                       std::span<const PortSocket> ports) {
  std::vector<std::string> out;
  const std::set<int> used(worker_sockets.begin(), worker_sockets.end());
  for (const PortSocket& port : ports) {
    if (port.socket == kAnySocket || (used.size() == 1 && used.contains(port.socket))) continue;
    for (std::size_t i = 0; i < worker_sockets.size(); ++i) {
      if (worker_sockets[i] == port.socket) continue;
      out.push_back("device \"" + port.device + "\" is on NUMA socket " +
                    std::to_string(port.socket) + ", worker " + std::to_string(i) + " on socket " +
                    std::to_string(worker_sockets[i]) + ": its frames cross between them");
    }
  }
  if (used.size() > 1) {
    out.push_back("workers are on several NUMA sockets; the session table lies on socket " +
                  std::to_string(socket_of_most(worker_sockets)));
  }
  return out;
}

}  // namespace jvpn
