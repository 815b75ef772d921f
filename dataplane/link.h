// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataplane/net_headers.h"
#include "session/core/address.h"

namespace jvpn {

/// What a worker knows of a port: fixed before the first packet. Links are numbered underlays first
/// (their index in the configuration), the plaintext port last.
struct Link {
  std::uint16_t device = 0;  ///< DPDK's port number
  std::uint8_t index = 0;
  bool plaintext = false;
  EtherAddress mac{};  ///< our router's address on this link
  IpPrefix address;    ///< our own, with the link's length; unset: none
  IpPrefix address6;
  IpAddress next_hop;  ///< for what is not on the link; unset: none
  IpAddress next_hop6;
  std::uint16_t udp_port = 0;  ///< underlay only

  const IpAddress& own(bool v4) const { return v4 ? address.address : address6.address; }
  bool is_own(const IpAddress& other) const {
    return !other.is_unset() && (other == address.address || other == address6.address);
  }
  /// Whose MAC a packet to `destination` gets; unset when there is no way.
  const IpAddress& hop_towards(const IpAddress& destination) const {
    const bool v4 = destination.is_v4();
    const IpPrefix& on_link = v4 ? address : address6;
    if (!on_link.is_unset() && on_link.contains(destination)) return destination;
    return v4 ? next_hop : next_hop6;
  }
};

}  // namespace jvpn
