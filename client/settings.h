// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/time.h"
#include "crypto/aead.h"
#include "crypto/x25519.h"
#include "session/core/address.h"

namespace jvpn::client {

/// What the operator decided.
struct Settings {
  KeyPair key;
  PublicKey gateway{};
  Key32 psk;                        ///< all-zero: none
  std::vector<Suite> suites;        ///< preferred first
  std::vector<Endpoint> endpoints;  ///< of the gateway, preferred first
  std::vector<IpPrefix> prefixes;   ///< networks behind this client
  Duration wanted_heartbeat{};      ///< the longest interval wished for; zero: the policy's
  std::uint8_t path_count = 1;      ///< access paths, named 0, 1, ... in order of preference
};

}  // namespace jvpn::client
