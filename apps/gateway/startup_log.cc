// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/startup_log.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

namespace jvpn {
namespace {

std::string addresses_of(const PortConfig& port) {
  std::string out;
  for (const IpPrefix& address : {port.address, port.address6}) {
    if (!address.is_unset()) out += " " + to_string(address);
  }
  return out;
}

void log_ports(const PlaneConfig& plane) {
  for (std::size_t i = 0; i < plane.underlays.size(); ++i) {
    const PortConfig& port = plane.underlays[i];
    spdlog::info("underlay {}: {},{} port {}", i, port.device, addresses_of(port), port.udp_port);
  }
  spdlog::info("plaintext: {},{}", plane.plaintext.device, addresses_of(plane.plaintext));
}

}  // namespace

void log_startup(const GatewayConfig& config, const DataPlane& plane) {
  const PlaneConfig& shape = config.plane;
  spdlog::info("jvpn-gateway {}, node {}: workers on cores {}, control on core {}, {}, {}",
               JVPN_VERSION, shape.node, fmt::join(shape.worker_cores, " "), shape.control_core,
               shape.power == Power::poll ? "polling" : "adaptive", plane.memory_kind());
  log_ports(shape);
  std::vector<std::string> peers;
  for (const PeerConfig& peer : config.control.peers) peers.push_back(peer.name);
  spdlog::info("{} peers{}{}, policy {}", peers.size(), peers.empty() ? "" : ": ",
               fmt::join(peers, ", "), config.control.policy.version);
  spdlog::info("control socket {}, audit {}", config.control_socket.path,
               config.audit_file.path.empty() ? "off" : config.audit_file.path);
  for (const std::string& warning : plane.warnings()) spdlog::warn(warning);
}

}  // namespace jvpn
