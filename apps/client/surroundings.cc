// SPDX-License-Identifier: Apache-2.0
#include "apps/client/surroundings.h"

#include <spdlog/spdlog.h>

#include "client/os/kill_switch.h"

namespace jvpn::client {

Surroundings::Surroundings(const ClientConfig& config, NameServers::System system)
    : tunnel_(config.tunnel_interface),
      access_(config.access),
      endpoints_(config.settings.endpoints),
      kill_switch_origin_(config.kill_switch_origin),
      kill_switch_(config.kill_switch),
      use_dns_(config.use_dns),
      names_(std::move(system), config.tunnel_interface) {}

Result<std::unique_ptr<Surroundings>> Surroundings::prepare(const ClientConfig& config,
                                                            NameServers::System system) {
  std::unique_ptr<Surroundings> made(new Surroundings(config, std::move(system)));
  if (auto begun = made->begin(); !begun) {
    made->kill_switch_ = false;  // not ours to open
    return tl::unexpected(begun.error());
  }
  return made;
}

Result<void> Surroundings::begin() {
  if (const Result<bool> cleared = names_.clear_leftover(); !cleared) {
    spdlog::warn("name servers of an earlier run: {}", cleared.error().what);
  } else if (*cleared) {
    spdlog::warn("{} was still as an earlier run had left it: put back", names_.manager());
  }
  const bool was_closed = KillSwitch::is_closed();
  if (was_closed && kill_switch_) {
    spdlog::warn("the kill switch of an earlier run still held; it stays closed");
  } else if (was_closed) {
    spdlog::warn(
        "the kill switch of an earlier run still holds, though client.kill_switch is off: "
        "\"jvpn unlock\" opens it");
  }
  if (!kill_switch_) return {};
  const auto closed = KillSwitch::close({tunnel_, access_, endpoints_});
  if (!closed) return fail(kill_switch_origin_ + ": " + closed.error().what);
  spdlog::info(
      "kill switch closed: only the tunnel leads out; \"jvpn unlock\" opens it should "
      "this program die");
  return {};
}

Surroundings::~Surroundings() {
  if (auto restored = names_.restore(); !restored) {
    spdlog::error("name servers could not be put back: {}", restored.error().what);
  }
  if (!kill_switch_) return;
  if (auto opened = KillSwitch::open(); !opened) {
    spdlog::error("the kill switch could not be opened: {}", opened.error().what);
  }
}

void Surroundings::allow(const std::vector<Endpoint>& endpoints) {
  endpoints_ = endpoints;
  if (!kill_switch_) return;
  if (auto closed = KillSwitch::close({tunnel_, access_, endpoints_}); !closed) {
    spdlog::error("kill switch: {}", closed.error().what);
  }
}

void Surroundings::use_names(std::span<const IpAddress> servers) {
  const std::vector<IpAddress> wanted(servers.begin(), servers.end());
  if (!use_dns_ || wanted == servers_) return;
  servers_ = wanted;
  if (auto set = names_.set(servers); !set) {
    spdlog::warn("name servers of the gateway are not used: {}", set.error().what);
  }
}

}  // namespace jvpn::client
