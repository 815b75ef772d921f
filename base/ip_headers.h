// SPDX-License-Identifier: Apache-2.0
// Headers of the Internet protocols as they lie on the wire. Alignment 1 throughout: load() and
// store() copy them, no pointer of a wider type ever points into a packet.
#pragma once

#include "base/bytes.h"

namespace jvpn {

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolIpv6Fragment = 44;
inline constexpr std::uint8_t kProtocolIcmp6 = 58;

/// RFC 791, section 3.1.
struct Ipv4Header {
  std::uint8_t version_ihl = 0x45;
  std::uint8_t tos = 0;
  BigEndian<std::uint16_t> length;
  BigEndian<std::uint16_t> id;
  BigEndian<std::uint16_t> fragment;  ///< flags 3, offset 13
  std::uint8_t ttl = 64;
  std::uint8_t protocol = 0;
  BigEndian<std::uint16_t> checksum;
  Bytes<4> source{};
  Bytes<4> destination{};

  static constexpr std::uint16_t kDontFragment = 0x4000;
  std::size_t header_size() const { return std::size_t{version_ihl & 0xfu} * 4; }
  /// More fragments follow, or this is not the first one.
  bool is_fragment() const { return (fragment.value() & 0x3fff) != 0; }
};
static_assert(sizeof(Ipv4Header) == 20 && alignof(Ipv4Header) == 1);

/// RFC 8200, section 3.
struct Ipv6Header {
  BigEndian<std::uint32_t> version_class_flow{0x60000000};
  BigEndian<std::uint16_t> payload_length;
  std::uint8_t next_header = 0;
  std::uint8_t hop_limit = 64;
  Bytes<16> source{};
  Bytes<16> destination{};

  std::uint8_t traffic_class() const {
    return static_cast<std::uint8_t>(version_class_flow.value() >> 20);
  }
};
static_assert(sizeof(Ipv6Header) == 40 && alignof(Ipv6Header) == 1);

struct UdpHeader {
  BigEndian<std::uint16_t> source;
  BigEndian<std::uint16_t> destination;
  BigEndian<std::uint16_t> length;
  BigEndian<std::uint16_t> checksum;
};
static_assert(sizeof(UdpHeader) == 8);

/// RFC 9293, section 3.1.
struct TcpHeader {
  BigEndian<std::uint16_t> source;
  BigEndian<std::uint16_t> destination;
  BigEndian<std::uint32_t> sequence;
  BigEndian<std::uint32_t> acknowledged;
  std::uint8_t offset = 0x50;  ///< header's size in words of four bytes, in the upper half
  std::uint8_t flags = 0;
  BigEndian<std::uint16_t> window;
  BigEndian<std::uint16_t> checksum;
  BigEndian<std::uint16_t> urgent;

  static constexpr std::uint8_t kFin = 0x01;
  static constexpr std::uint8_t kPush = 0x08;
  static constexpr std::uint8_t kAck = 0x10;
  static constexpr std::uint8_t kEce = 0x40;  ///< RFC 3168: congestion was met
  static constexpr std::uint8_t kCwr = 0x80;  ///< RFC 3168: and answered
  std::size_t header_size() const { return std::size_t{offset} >> 4 << 2; }
};
static_assert(sizeof(TcpHeader) == 20 && alignof(TcpHeader) == 1);

}  // namespace jvpn
