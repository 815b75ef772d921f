// SPDX-License-Identifier: Apache-2.0
// Who the sessions are: key pair, inner address and name of each follow from the seed and its
// number, so that the gateway's configuration and a run need not be told of each other.
#pragma once

#include <cstdint>
#include <ostream>

#include "crypto/x25519.h"
#include "session/core/address.h"

namespace jvpn::churn {

struct Identities {
  std::uint64_t seed = 1;
  std::uint32_t count = 0;
  IpPrefix pool;  ///< of inner IPv4 addresses

  Key32 secret(std::uint32_t index) const;
  IpAddress inner(std::uint32_t index) const;
  /// Whether the pool has an address for each.
  bool fit() const;
};

/// Host byte order, of an IPv4 address.
std::uint32_t number_of(const IpAddress& address);

/// One [[peer]] table for each, as the gateway's configuration takes them.
void write_peers(const Identities& identities, std::ostream& out);

}  // namespace jvpn::churn
