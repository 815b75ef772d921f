// SPDX-License-Identifier: Apache-2.0
// Inner packets as a kernel makes them, byte by byte and with checksums of an implementation of
// their own: what the code under test must agree with.
#pragma once

#include <vector>

#include "base/ip_headers.h"
#include "client/offload/virtio_header.h"

namespace jvpn::test {

using Packet = std::vector<std::uint8_t>;

/// What all packets of a flow share, and where it stands.
struct TcpFlow {
  bool v4 = true;
  bool dont_fragment = true;
  std::uint8_t tos = 0;  ///< with ECN, or the traffic class
  std::uint8_t ttl = 64;
  std::size_t ip_options = 0;  ///< bytes of no-operation; IPv4 only
  Packet tcp_options{};        ///< a multiple of four bytes
  std::uint8_t flags = TcpHeader::kAck;
  std::uint16_t port = 40000;
  std::uint16_t window = 512;
  std::uint32_t acknowledged = 77;
  std::uint32_t sequence = 1000;
  std::uint16_t ip_id = 7;

  std::size_t transport() const { return v4 ? 20 + ip_options : 40; }
  std::size_t headers() const { return transport() + 20 + tcp_options.size(); }
  /// The next packet of the flow; `more_flags` beside those that all have.
  Packet next(const Packet& payload, std::uint8_t more_flags = 0);
};

/// The kernel's super-packet with all of `payload`: lengths of the whole, a partial checksum.
struct SuperPacket {
  client::VirtioHeader header;
  Packet packet;
};
SuperPacket super_packet(TcpFlow flow, const Packet& payload, std::uint16_t segment_size,
                         std::uint8_t more_flags = 0);
SuperPacket super_datagram(bool v4, const Packet& payload, std::uint16_t segment_size);
/// One UDP packet, complete, of the same "flow".
Packet udp_packet(bool v4, const Packet& payload, std::uint16_t ip_id);

/// `size` bytes that tell their place.
Packet some_bytes(std::size_t size, std::uint8_t seed = 1);
/// RFC 1071 word by word. 0xffff: the checksum was right, had `bytes` one.
std::uint16_t slow_sum(ByteView bytes, std::uint32_t start = 0);
/// Of the pseudo header of this packet, with the length that it has.
std::uint16_t pseudo_sum(ByteView packet, std::size_t transport, std::uint8_t protocol);
/// The IPv4 header's checksum and TCP's or UDP's are right.
bool has_right_checksums(ByteView packet, std::size_t transport);

}  // namespace jvpn::test
