// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace jvpn::client {

/// What stands before each packet of a tunnel interface with IFF_VNET_HDR: struct virtio_net_hdr of
/// <linux/virtio_net.h>, which is no C++. Numbers are in the machine's byte order (TUN's default).
/// Virtual I/O Device specification 1.2, section 5.1.6.
struct VirtioHeader {
  /// The checksum field holds the pseudo header's sum only: the rest, from `checksum_start` on, is
  /// the receiver's to add.
  static constexpr std::uint8_t kNeedsChecksum = 1;

  static constexpr std::uint8_t kWhole = 0;
  static constexpr std::uint8_t kTcp4 = 1;
  static constexpr std::uint8_t kTcp6 = 4;
  static constexpr std::uint8_t kUdp = 5;            ///< equal datagrams, either family
  static constexpr std::uint8_t kCongestion = 0x80;  ///< beside kTcp*: the first bears CWR

  std::uint8_t flags = 0;
  std::uint8_t kind = kWhole;
  std::uint16_t header_size = 0;      ///< a hint: IP and transport headers
  std::uint16_t segment_size = 0;     ///< payload of each segment, the last may have less
  std::uint16_t checksum_start = 0;   ///< where the transport header begins
  std::uint16_t checksum_offset = 0;  ///< of the checksum field, from there

  bool needs_checksum() const { return (flags & kNeedsChecksum) != 0; }
  bool is_tcp() const {
    const std::uint8_t base = kind & static_cast<std::uint8_t>(~kCongestion);
    return base == kTcp4 || base == kTcp6;
  }
};
static_assert(sizeof(VirtioHeader) == 10 && alignof(VirtioHeader) == 2);
static_assert(offsetof(VirtioHeader, header_size) == 2 &&
              offsetof(VirtioHeader, segment_size) == 4);
static_assert(offsetof(VirtioHeader, checksum_start) == 6 &&
              offsetof(VirtioHeader, checksum_offset) == 8);

/// The largest packet that stands behind such a header.
inline constexpr std::size_t kMaxSuperPacket = 65535;

}  // namespace jvpn::client
