// SPDX-License-Identifier: Apache-2.0
// Headers of the network around our payload, as they lie on the wire. Alignment 1 throughout:
// load() and store() copy them, no pointer of a wider type ever points into a packet.
#pragma once

#include "base/ip_headers.h"

namespace jvpn {

using EtherAddress = Bytes<6>;
inline constexpr EtherAddress kBroadcastMac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
/// `mac`: six bytes, perhaps in a frame.
inline bool is_group(const std::uint8_t* mac) {
  return (mac[0] & 1) != 0;
}
inline bool is_group(const EtherAddress& mac) {
  return is_group(mac.data());
}
/// The same bytes, compared as two words.
inline bool is_same_mac(const std::uint8_t* in_frame, const EtherAddress& mac) {
  const auto differs = [&](auto word, std::size_t at) {
    auto ours = word;
    std::memcpy(&word, in_frame + at, sizeof word);
    std::memcpy(&ours, mac.data() + at, sizeof ours);
    return word != ours;
  };
  return !differs(std::uint32_t{}, 0) && !differs(std::uint16_t{}, 4);
}

inline constexpr std::uint16_t kEtherIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherArp = 0x0806;
inline constexpr std::uint16_t kEtherVlan = 0x8100;
inline constexpr std::uint16_t kEtherIpv6 = 0x86dd;

struct EthernetHeader {
  EtherAddress destination{};
  EtherAddress source{};
  BigEndian<std::uint16_t> type;
};
static_assert(sizeof(EthernetHeader) == 14 && alignof(EthernetHeader) == 1);

/// The same field by field, for each packet: a header put together first would be read as a whole
/// before its parts have reached memory, which stalls.
inline void write_ethernet(std::uint8_t* at, const EtherAddress& destination,
                           const EtherAddress& source, std::uint16_t type) {
  store(at, destination);
  store(at + sizeof destination, source);
  store(at + 2 * sizeof destination, BigEndian<std::uint16_t>(type));
}

/// IEEE 802.1Q, behind the Ethernet header whose type is kEtherVlan.
struct VlanTag {
  BigEndian<std::uint16_t> control;
  BigEndian<std::uint16_t> type;
  std::uint16_t id() const { return control.value() & 0xfff; }
};
static_assert(sizeof(VlanTag) == 4);

/// RFC 826, for Ethernet and IPv4.
struct ArpPacket {
  BigEndian<std::uint16_t> hardware{1};
  BigEndian<std::uint16_t> protocol{kEtherIpv4};
  std::uint8_t hardware_size = 6;
  std::uint8_t protocol_size = 4;
  BigEndian<std::uint16_t> operation;
  EtherAddress sender_mac{};
  Bytes<4> sender{};
  EtherAddress target_mac{};
  Bytes<4> target{};

  static constexpr std::uint16_t kRequest = 1;
  static constexpr std::uint16_t kReply = 2;
  bool is_ethernet_ipv4() const {
    return hardware.value() == 1 && protocol.value() == kEtherIpv4 && hardware_size == 6 &&
           protocol_size == 4;
  }
};
static_assert(sizeof(ArpPacket) == 28 && alignof(ArpPacket) == 1);

/// First eight bytes of every ICMP and ICMPv6 message (RFC 792, RFC 4443).
struct IcmpHeader {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  BigEndian<std::uint16_t> checksum;
  BigEndian<std::uint32_t> rest;  ///< echo: id and sequence; too big: MTU
};
static_assert(sizeof(IcmpHeader) == 8);

inline constexpr std::uint8_t kIcmpEchoReply = 0;
inline constexpr std::uint8_t kIcmpUnreachable = 3;
inline constexpr std::uint8_t kIcmpFragmentationNeeded = 4;  ///< code of kIcmpUnreachable
inline constexpr std::uint8_t kIcmpEcho = 8;
inline constexpr std::uint8_t kIcmp6PacketTooBig = 2;
inline constexpr std::uint8_t kIcmp6Echo = 128;
inline constexpr std::uint8_t kIcmp6EchoReply = 129;
inline constexpr std::uint8_t kIcmp6Solicitation = 135;
inline constexpr std::uint8_t kIcmp6Advertisement = 136;

/// Neighbour solicitation and advertisement with one link-layer address option (RFC
/// 4861, 4.3, 4.4).
struct NeighbourMessage {
  IcmpHeader icmp;
  Bytes<16> target{};
  std::uint8_t option = 0;       ///< 1: source address, 2: target address
  std::uint8_t option_size = 1;  ///< in units of eight bytes
  EtherAddress mac{};

  static constexpr std::uint32_t kSolicited = 0x40000000;
  static constexpr std::uint32_t kOverride = 0x20000000;
  static constexpr std::uint32_t kRouter = 0x80000000;
};
static_assert(sizeof(NeighbourMessage) == 32 && alignof(NeighbourMessage) == 1);

/// Received with a hop limit of less than 255, it came through a router: not a neighbour's.
inline constexpr std::uint8_t kNeighbourHopLimit = 255;

}  // namespace jvpn
