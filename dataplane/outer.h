// SPDX-License-Identifier: Apache-2.0
// Outer headers: Ethernet, IPv4 or IPv6, UDP. The template holds all that is the same for every
// packet to one peer; finish_outer() fills in the rest.
//
// In an IPv4 template the checksum field holds the partial sum of the header's constant part.
#pragma once

#include "dataplane/link.h"
#include "session/shared/session_record.h"

namespace jvpn {

inline constexpr std::size_t kOuterSizeV4 =
    sizeof(EthernetHeader) + sizeof(Ipv4Header) + sizeof(UdpHeader);
inline constexpr std::size_t kOuterSizeV6 =
    sizeof(EthernetHeader) + sizeof(Ipv6Header) + sizeof(UdpHeader);
static_assert(kOuterSizeV6 <= sizeof(OuterTemplate::bytes));

/// Bytes of the headers; 0: none are there. An EtherType tells which.
inline std::size_t outer_size(const OuterTemplate& outer) {
  const std::uint16_t type =
      load<BigEndian<std::uint16_t>>(outer.bytes.data() + offsetof(EthernetHeader, type));
  if (type == kEtherIpv4) return kOuterSizeV4;
  return type == kEtherIpv6 ? kOuterSizeV6 : 0;
}

/// From our address and port on `link` to `peer`; `next_hop` is its neighbour's index. An empty
/// template when the link has no address of the peer's family.
OuterTemplate build_outer(const Link& link, const Endpoint& peer, std::uint16_t next_hop);

struct OuterFields {
  EtherAddress next_hop{};
  std::uint8_t ecn = 0;  ///< RFC 6040, 4.1: the inner packet's
  std::uint16_t id = 0;  ///< IPv4 identification
};
/// `frame` has room for the template in front of the UDP payload that ends it, which need not be
/// there yet. MAC, ECN, lengths and the header's checksum; no checksum of UDP.
void write_outer(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields);
/// Of a frame with written headers and its payload: UDP's checksum over IPv6 (RFC 8200, 8.1).
void write_udp_checksum_v6(ByteSpan frame);
/// Both, as the template's family needs: UDP's checksum stays 0 on IPv4.
void finish_outer(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields);

}  // namespace jvpn
