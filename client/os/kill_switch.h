// SPDX-License-Identifier: Apache-2.0
// Nothing leaves but through the tunnel: a table of nftables, `inet jvpn_killswitch`, that lets out
//
//   loopback; what goes into the tunnel; UDP to the gateway's endpoints by the access interfaces;
//   and there what keeps a link alive at all: DHCP, neighbour and router discovery
//
// It lives in the kernel, not in the process: after a crash it still holds, and the next start
// finds it. Only a clean end, or `jvpn unlock`, opens it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "session/core/address.h"

namespace jvpn::client {

class KillSwitch {
 public:
  struct Exits {
    std::string tunnel;
    std::vector<std::string> access;
    std::vector<Endpoint> gateways;
  };

  /// Is the table there, of this process or an earlier one? False also where there is no nft.
  static bool is_closed();
  /// Replaces the table as one transaction: there is no moment without it. Errors: nft missing, or
  /// what it said.
  static Result<void> close(const Exits& exits);
  static Result<void> open();
};

/// What nft is given; for people who want to see it, and tests.
std::string kill_switch_rules(const KillSwitch::Exits& exits);

}  // namespace jvpn::client
