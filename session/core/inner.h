// SPDX-License-Identifier: Apache-2.0
// What we need to know of an inner packet before we let it through. Inline: asked for each packet.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "session/core/address.h"

namespace jvpn {

struct InnerPacket {
  IpAddress source;
  IpAddress destination;
  std::uint16_t length = 0;  ///< total length as the IP header says
};

namespace inner {

inline constexpr std::size_t kV4MinHeader = 20;
inline constexpr std::size_t kV6Header = 40;

inline std::uint16_t read16(ByteView bytes, std::size_t at) {
  return load<BigEndian<std::uint16_t>>(bytes.data() + at).value();
}

/// RFC 791, section 3.1.
inline std::optional<InnerPacket> parse_v4(ByteView bytes) {
  if (bytes.size() < kV4MinHeader) return std::nullopt;
  const std::size_t header = std::size_t{bytes[0] & 0xfu} * 4;
  const std::uint16_t length = read16(bytes, 2);
  if (header < kV4MinHeader || length < header || length > bytes.size()) return std::nullopt;
  return InnerPacket{IpAddress::v4(load<Bytes<4>>(bytes.data() + 12)),
                     IpAddress::v4(load<Bytes<4>>(bytes.data() + 16)), length};
}

/// RFC 8200, section 3. Addresses of the IPv4-mapped form never belong on a wire, and here they
/// would pass for IPv4 ones: refused.
inline std::optional<InnerPacket> parse_v6(ByteView bytes) {
  if (bytes.size() < kV6Header) return std::nullopt;
  const std::size_t length = kV6Header + read16(bytes, 4);
  if (length > bytes.size() || length > UINT16_MAX) return std::nullopt;
  const IpAddress source = IpAddress::v6(load<Bytes<16>>(bytes.data() + 8));
  const IpAddress destination = IpAddress::v6(load<Bytes<16>>(bytes.data() + 24));
  if (source.is_v4() || destination.is_v4()) return std::nullopt;
  return InnerPacket{source, destination, static_cast<std::uint16_t>(length)};
}

}  // namespace inner

/// Reads version, length and addresses of an IPv4 or IPv6 packet. Nothing when the version is
/// neither, the header is cut short or malformed (IHL < 5), or the stated length is more than
/// `bytes` holds or less than the header.
inline std::optional<InnerPacket> parse_inner(ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  switch (bytes[0] >> 4) {
    case 4:
      return inner::parse_v4(bytes);
    case 6:
      return inner::parse_v6(bytes);
    default:
      return std::nullopt;
  }
}

}  // namespace jvpn
