// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.h"
#include "session/core/address.h"

namespace jvpn::sim {

/// A numbered inner IPv4 packet: header, then its number.
inline constexpr std::size_t kInnerPacketSize = 20 + 8;

inline void write_numbered(const IpAddress& from, const IpAddress& to, std::uint64_t number,
                           ByteSpan out) {
  ByteWriter(out)
      .number(std::uint16_t{0x4500})
      .number(static_cast<std::uint16_t>(kInnerPacketSize))
      .number(std::uint32_t{0})
      .number(std::uint32_t{0x40fd0000})  // TTL 64, protocol 253: for experiments (RFC 3692)
      .bytes(from.v4_octets())
      .bytes(to.v4_octets())
      .number(number);
}

inline std::optional<std::uint64_t> read_number(ByteView packet) {
  if (packet.size() != kInnerPacketSize) return std::nullopt;
  return ByteReader(packet.subspan(20)).number<std::uint64_t>();
}

}  // namespace jvpn::sim
