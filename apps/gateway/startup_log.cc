// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/startup_log.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "apps/gateway/rekey_shortfall.h"

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

/// What was found out of ports and cores: jvpnctl workers shows it again, with counts.
void log_findings(const PlaneReport& report) {
  for (const PortReport& port : report.ports) {
    spdlog::info("{}: {} queues, steering {}: {}", port.name, port.queues, port.tier, port.why);
  }
  spdlog::info("idle workers: {}: {}", report.power, report.power_why);
}

constexpr std::size_t kNamedPeers = 8;  ///< more are only counted

std::string peers_of(const ControlConfig& control) {
  std::string out = fmt::format("{} peers", control.peers.size());
  for (std::size_t i = 0; i < std::min(control.peers.size(), kNamedPeers); ++i) {
    out += (i == 0 ? ": " : ", ") + control.peers[i].name;
  }
  return control.peers.size() > kNamedPeers ? out + ", ..." : out;
}

}  // namespace

void log_startup(const GatewayConfig& config, const DataPlane& plane) {
  const PlaneConfig& shape = config.plane;
  spdlog::info("jvpn-gateway {}, node {}: workers on cores {}, control on core {}, {}, {}",
               JVPN_VERSION, shape.node, fmt::join(shape.worker_cores, " "), shape.control_core,
               shape.power == Power::poll ? "polling" : "adaptive", plane.memory_kind());
  log_ports(shape);
  log_findings(plane.report());
  spdlog::info("{}, policy {}", peers_of(config.control), config.control.policy.version);
  spdlog::info("control socket {}, audit {}", config.control_socket.path,
               config.audit_file.path.empty() ? "off" : config.audit_file.path);
  for (const std::string& warning : plane.warnings()) spdlog::warn(warning);
  const auto shortfall = rekey_shortfall(config.control.policy, config.control.peers.size());
  if (shortfall) spdlog::warn(*shortfall);
}

}  // namespace jvpn
