// SPDX-License-Identifier: Apache-2.0
// What the client agent wants done. It does no I/O itself: it appends actions to a list, and its
// caller carries them out in order.
#pragma once

#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "base/time.h"
#include "client/route.h"
#include "session/core/audit.h"
#include "session/core/messages.h"

namespace jvpn::client {

/// Send a UDP payload by `route`: from its source address, out of its path's interface.
struct SendDatagram {
  Route route;
  std::vector<std::uint8_t> payload;
};

/// Give the tunnel interface these addresses (unset: none) and MTU, bring it up and route into it,
/// and ask these servers for names while it is up (unset at the end: none).
struct ConfigureTunnel {
  IpAddress inner_v4;
  IpAddress inner_v6;
  std::uint16_t mtu = 0;
  std::array<IpAddress, kMaxDnsServers> dns{};
  bool operator==(const ConfigureTunnel&) const = default;
};

/// All endpoints that datagrams may go to from now on: for who keeps everything else from leaving.
struct AllowEndpoints {
  std::vector<Endpoint> endpoints;
};

struct WriteEvent {
  AuditEvent event;
};

using Action = std::variant<SendDatagram, ConfigureTunnel, AllowEndpoints, WriteEvent>;
using Actions = std::vector<Action>;

/// One step of the agent: the time at which it happens and where its actions go.
struct Step {
  Instant now;
  Actions& out;
};

}  // namespace jvpn::client
