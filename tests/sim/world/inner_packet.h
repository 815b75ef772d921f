// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.h"
#include "session/core/address.h"

namespace jvpn::sim {

/// Names one inner packet of a run: whose it is, which way it goes, and how many came before it.
struct PacketNumber {
  std::uint16_t device = 0;  ///< uplink: who sent it; downlink: whose inner address it goes to
  bool uplink = false;
  std::uint32_t sequence = 0;
  auto operator<=>(const PacketNumber&) const = default;
};

/// A numbered inner IPv4 packet: header, then its number.
inline constexpr std::size_t kInnerPacketSize = 20 + 8;

inline const IpAddress& server_address() {
  static const IpAddress address = IpAddress::v4({10, 99, 0, 2});
  return address;
}

inline void write_numbered(const IpAddress& from, const IpAddress& to, const PacketNumber& number,
                           ByteSpan out) {
  ByteWriter(out)
      .number(std::uint16_t{0x4500})
      .number(static_cast<std::uint16_t>(kInnerPacketSize))
      .number(std::uint32_t{0})
      .number(std::uint32_t{0x40fd0000})  // TTL 64, protocol 253: for experiments (RFC 3692)
      .bytes(from.v4_octets())
      .bytes(to.v4_octets())
      .number(number.device)
      .number(static_cast<std::uint16_t>(number.uplink ? 1 : 0))
      .number(number.sequence);
}

inline std::optional<PacketNumber> read_number(ByteView packet) {
  if (packet.size() != kInnerPacketSize) return std::nullopt;
  ByteReader reader(packet.subspan(20));
  PacketNumber number;
  number.device = reader.number<std::uint16_t>();
  number.uplink = reader.number<std::uint16_t>() == 1;
  number.sequence = reader.number<std::uint32_t>();
  return number;
}

}  // namespace jvpn::sim
