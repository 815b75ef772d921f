// SPDX-License-Identifier: Apache-2.0
#include "dataplane/frame_shape.h"

#include <algorithm>

#include "session/core/wire.h"

namespace jvpn {
namespace {

constexpr std::size_t kIp = sizeof(EthernetHeader);
constexpr std::size_t kUdp = kIp + sizeof(Ipv4Header);
constexpr std::size_t kPayload = kUdp + sizeof(UdpHeader);
constexpr std::uint8_t kFragment = 0x3f;  ///< "more fragments", and the offset's upper bits

template <std::unsigned_integral T>
Bytes<sizeof(T)> on_wire(T host_order) {
  return std::bit_cast<Bytes<sizeof(T)>>(BigEndian<T>(host_order));
}

}  // namespace

FrameShape FrameShape::of(const Link& link) {
  FrameShape shape;
  if (!link.plaintext && link.address.is_unset()) return shape;
  shape.mask_ = shape.wanted_ = {};
  shape.expect(offsetof(EthernetHeader, destination), link.mac);
  shape.expect(offsetof(EthernetHeader, type), on_wire(kEtherIpv4));
  shape.expect_bits(kIp + offsetof(Ipv4Header, version_ihl), 0xff, Ipv4Header{}.version_ihl);
  if (link.plaintext) return shape;
  shape.expect_bits(kIp + offsetof(Ipv4Header, fragment), kFragment, 0);
  shape.expect_bits(kIp + offsetof(Ipv4Header, fragment) + 1, 0xff, 0);
  shape.expect_bits(kIp + offsetof(Ipv4Header, protocol), 0xff, kProtocolUdp);
  shape.expect(kIp + offsetof(Ipv4Header, destination), link.address.address.v4_octets());
  shape.expect(kUdp + offsetof(UdpHeader, destination), on_wire(link.udp_port));
  const auto type = static_cast<std::uint8_t>(static_cast<unsigned>(WireType::data) << 4);
  shape.expect_bits(kPayload + offsetof(WirePrefix, type_and_low), 0xf0, type);
  return shape;
}

void FrameShape::expect(std::size_t at, ByteView bytes) {
  std::ranges::copy(bytes, wanted_.begin() + static_cast<std::ptrdiff_t>(at));
  std::fill_n(mask_.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), std::uint8_t{0xff});
}

void FrameShape::expect_bits(std::size_t at, std::uint8_t mask, std::uint8_t bits) {
  mask_[at] = mask;
  wanted_[at] = bits;
}

/// A bit that the mask takes away is wanted: no frame has it.
void FrameShape::expect_nothing() {
  expect_bits(0, 0, 1);
}

}  // namespace jvpn
