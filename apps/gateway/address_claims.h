// SPDX-License-Identifier: Apache-2.0
// Who has which inner addresses: no two peers share one, and nobody gets what is not for clients.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "dataplane/plane.h"

namespace jvpn {

/// A peer, and the line where it asks.
struct Claimant {
  std::size_t peer = 0;
  std::uint32_t line = 0;
};

class AddressClaims {
 public:
  /// `plane` outlives the claims; ports and pools are in it.
  explicit AddressClaims(const PlaneConfig& plane) : plane_(plane) {}

  /// A complaint about a network or single address outside of the pools, or "": it is unlike
  /// anything that this gateway itself, or a pool, needs.
  std::string why_unfit(const IpPrefix& wanted) const;
  /// A complaint, or "": from now on it is the peer's. Its own claims may overlap.
  std::string claim(const IpPrefix& wanted, const Claimant& by);

 private:
  using Taken = std::map<IpPrefix, Claimant>;

  const PlaneConfig& plane_;
  Taken taken_;  ///< no two overlap: of overlapping ones of a peer only the widest
};

/// A single address as a prefix.
IpPrefix host_route(const IpAddress& address);

}  // namespace jvpn
