// SPDX-License-Identifier: Apache-2.0
// The kernel's side of a port: what must not be there (af_packet), what must be (TAP). Control
// thread, before the first packet; ioctls only.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "session/core/address.h"

namespace jvpn {

/// Whether a raw socket on interface `name` can serve as a port with addresses `ours`. Errors: no
/// such interface; the kernel has our address itself. Warnings are appended: it is down, it has
/// other addresses (the kernel would answer on them), GRO or LRO is on (super-frames are cut off).
Result<void> check_raw_interface(const std::string& name, const std::vector<IpAddress>& ours,
                                 std::vector<std::string>& warnings);

/// What the kernel's end of a TAP gets so that it works at once.
struct TapSetup {
  std::string name;
  std::uint16_t mtu = 0;
  std::vector<IpPrefix> addresses;  ///< of the kernel, with the link's length
  struct Route {
    IpPrefix to;
    IpAddress via;
  };
  std::vector<Route> routes;
};
Result<void> configure_tap(const TapSetup& setup);

}  // namespace jvpn
