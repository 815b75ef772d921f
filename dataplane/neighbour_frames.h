// SPDX-License-Identifier: Apache-2.0
// ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861) frames: written, read, answered in place.
#pragma once

#include <optional>

#include "dataplane/link.h"

namespace jvpn {

inline constexpr std::size_t kArpFrameSize = sizeof(EthernetHeader) + sizeof(ArpPacket);
inline constexpr std::size_t kNeighbourFrameSize =
    sizeof(EthernetHeader) + sizeof(Ipv6Header) + sizeof(NeighbourMessage);

/// A whole frame, Ethernet header first.
struct NeighbourFrame {
  std::uint8_t link = 0;
  std::uint16_t size = 0;
  Bytes<kNeighbourFrameSize> bytes{};
  ByteView view() const { return ByteView(bytes).first(size); }
};

/// "Who has `target`?" Broadcast for IPv4, to the solicited-node group for IPv6. Nothing when the
/// link has no address of that family to ask from.
std::optional<NeighbourFrame> write_question(const Link& link, const IpAddress& target);

/// The answer "we have `own`" for `to`.
NeighbourFrame write_arp_answer(const Link& link, const ArpPacket& question);
struct Questioner {
  EtherAddress mac{};
  IpAddress address;
};
NeighbourFrame write_advertisement(const Link& link, const IpAddress& own, const Questioner& to);

/// What an answer or an announcement (gratuitous ARP, advertisement) says; nothing when the frame
/// is none or malformed. The frame may be VLAN-tagged.
struct NeighbourClaim {
  IpAddress address;
  EtherAddress mac{};
};
std::optional<NeighbourClaim> read_claim(ByteView frame);

/// A solicitation or advertisement with valid hop limit, checksum and shape (RFC 4861, 7.1).
struct NeighbourPacket {
  bool is_question = false;
  IpAddress source;  ///< unset: duplicate address detection
  IpAddress target;
  EtherAddress mac{};  ///< of the address option; zero when there is none
};
/// `packet` begins with the IPv6 header and ends with the IPv6 length.
std::optional<NeighbourPacket> read_neighbour_packet(ByteView packet);

}  // namespace jvpn
