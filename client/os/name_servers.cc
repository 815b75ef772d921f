// SPDX-License-Identifier: Apache-2.0
#include "client/os/name_servers.h"

#include <unistd.h>

#include <algorithm>

#include "client/os/tool.h"

namespace jvpn::client {

NameServers::System NameServers::find_system() {
  System system;
  const bool runs = access("/run/systemd/resolve/stub-resolv.conf", F_OK) == 0;
  if (runs) system.resolvectl = find_tool("resolvectl");
  system.resolvconf = find_tool("resolvconf");
  return system;
}

NameServers::NameServers(System system, std::string tunnel)
    : system_(std::move(system)), tunnel_(std::move(tunnel)), file_(system_.file) {}

std::string NameServers::manager() const {
  if (system_.resolvectl) return "systemd-resolved";
  return system_.resolvconf ? "resolvconf" : system_.file;
}

/// systemd-resolved forgets with the tunnel; resolvconf does not say whether it has a record of us.
Result<bool> NameServers::clear_leftover() {
  if (system_.resolvectl) return false;
  if (system_.resolvconf) {
    if (auto taken = take_back(); !taken) return tl::unexpected(taken.error());
    return false;
  }
  if (!file_.has_leftover()) return false;
  if (auto restored = file_.restore(); !restored) return tl::unexpected(restored.error());
  return true;
}

Result<void> NameServers::hand_over(std::span<const IpAddress> servers) {
  if (system_.resolvectl) {
    std::vector<std::string> command{*system_.resolvectl, "dns", tunnel_};
    for (const IpAddress& server : servers) command.push_back(to_string(server));
    if (auto told = run_tool(command); !told) return told;
    return run_tool({*system_.resolvectl, "domain", tunnel_, "~."});
  }
  if (!system_.resolvconf) return file_.set(servers);
  std::string lines;
  for (const IpAddress& server : servers) lines += "nameserver " + to_string(server) + '\n';
  return run_tool({*system_.resolvconf, "-a", tunnel_}, lines);
}

Result<void> NameServers::take_back() {
  if (system_.resolvectl) return run_tool({*system_.resolvectl, "revert", tunnel_});
  if (system_.resolvconf) return run_tool({*system_.resolvconf, "-d", tunnel_});
  return file_.restore();
}

Result<void> NameServers::set(std::span<const IpAddress> servers) {
  std::vector<IpAddress> named;
  std::copy_if(servers.begin(), servers.end(), std::back_inserter(named),
               [](const IpAddress& server) { return !server.is_unset(); });
  if (named.empty()) return restore();
  const Result<void> done = hand_over(named);
  is_set_ = is_set_ || done.has_value();
  return done;
}

Result<void> NameServers::restore() {
  if (!is_set_) return {};
  is_set_ = false;
  return take_back();
}

}  // namespace jvpn::client
