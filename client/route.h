// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/core/address.h"
#include "session/core/ids.h"

namespace jvpn::client {

/// How datagrams leave: which access path, from which of its addresses, to which of the gateway's
/// endpoints. Two routes are the same attachment only when all three are.
struct Route {
  PathId path;
  IpAddress source;
  Endpoint gateway;
  auto operator<=>(const Route&) const = default;
};

/// What the operating system says of an access path.
struct PathState {
  bool up = false;  ///< the interface exists, is up and has a carrier
  IpAddress v4;     ///< address to send from; unset: none
  IpAddress v6;
  bool operator==(const PathState&) const = default;
};

}  // namespace jvpn::client
