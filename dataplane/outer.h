// SPDX-License-Identifier: Apache-2.0
// Outer headers: Ethernet, IPv4 or IPv6, UDP. The template holds all that is the same for every
// packet to one peer; finish_outer() fills in the rest.
//
// In an IPv4 template the checksum field holds the partial sum of the header's constant part.
#pragma once

#include "base/checksum.h"
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
/// `frame` has room for the template, of the family named, in front of the UDP payload that ends
/// it, which need not be there yet. MAC, ECN, lengths and the header's checksum; no checksum of
/// UDP.
[[gnu::always_inline]] inline void write_outer_v4(ByteSpan frame, const OuterTemplate& outer,
                                                  const OuterFields& fields);
void write_outer_v6(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields);
/// Of a frame with written headers and its payload: UDP's checksum over IPv6 (RFC 8200, 8.1).
void write_udp_checksum_v6(ByteSpan frame);
/// Both, as the template's family needs: UDP's checksum stays 0 on IPv4.
void finish_outer(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields);

/// Field by field, from the template: what was just copied cannot be read again without waiting.
inline void write_outer_v4(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields) {
  constexpr std::size_t kIp = sizeof(EthernetHeader), kUdp = kIp + sizeof(Ipv4Header);
  constexpr std::size_t kSum = kIp + offsetof(Ipv4Header, checksum);
  std::uint8_t* const at = frame.data();
  const auto put16 = [at](std::size_t where, std::uint16_t value) {
    store(at + where, BigEndian<std::uint16_t>(value));
  };
  const auto partial = load<BigEndian<std::uint16_t>>(outer.bytes.data() + kSum);
  const auto length = static_cast<std::uint16_t>(frame.size() - kIp);
  const auto sum =
      InternetSum().add(partial).add(std::uint16_t{fields.ecn}).add(length).add(fields.id);
  std::memcpy(at, outer.bytes.data(), kOuterSizeV4);
  store(at, fields.next_hop);
  at[kIp + offsetof(Ipv4Header, tos)] = fields.ecn;
  put16(kIp + offsetof(Ipv4Header, length), length);
  put16(kIp + offsetof(Ipv4Header, id), fields.id);
  put16(kSum, sum.checksum());
  put16(kUdp + offsetof(UdpHeader, length),
        static_cast<std::uint16_t>(length - sizeof(Ipv4Header)));
}

}  // namespace jvpn
