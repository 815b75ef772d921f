// SPDX-License-Identifier: Apache-2.0
#include "tests/client/offload/tcp_flow.h"

namespace jvpn::test {
namespace {

void append(Packet& packet, ByteView bytes) {
  packet.insert(packet.end(), bytes.begin(), bytes.end());
}
void append16(Packet& packet, std::size_t number) {
  packet.push_back(static_cast<std::uint8_t>(number >> 8));
  packet.push_back(static_cast<std::uint8_t>(number));
}
void append32(Packet& packet, std::uint32_t number) {
  append16(packet, number >> 16);
  append16(packet, number & 0xffff);
}
void put16(Packet& packet, std::size_t at, std::uint16_t number) {
  packet[at] = static_cast<std::uint8_t>(number >> 8);
  packet[at + 1] = static_cast<std::uint8_t>(number);
}

struct IpFields {
  bool v4;
  bool dont_fragment;
  std::uint8_t tos;
  std::uint8_t ttl;
  std::size_t options;
  std::uint16_t id;
  std::uint8_t protocol;
  std::size_t behind;  ///< bytes that follow
};

Packet ip_header(const IpFields& ip) {
  Packet packet;
  if (!ip.v4) {
    append32(packet, 0x60000000u | std::uint32_t{ip.tos} << 20);
    append16(packet, ip.behind);
    append(packet, Bytes<2>{ip.protocol, ip.ttl});
    append(packet, Bytes<16>{0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
    append(packet, Bytes<16>{0xfd, 0x99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
    return packet;
  }
  append(packet, Bytes<2>{static_cast<std::uint8_t>(0x45 + ip.options / 4), ip.tos});
  append16(packet, 20 + ip.options + ip.behind);
  append16(packet, ip.id);
  append16(packet, ip.dont_fragment ? 0x4000 : 0);
  append(packet, Bytes<4>{ip.ttl, ip.protocol, 0, 0});
  append(packet, Bytes<8>{10, 77, 0, 2, 10, 99, 0, 2});
  packet.insert(packet.end(), ip.options, 1);
  put16(packet, 10, static_cast<std::uint16_t>(~slow_sum(packet)));
  return packet;
}

/// Puts TCP's or UDP's checksum in its place, which is zero so far.
void complete(Packet& packet, std::size_t transport, std::size_t field, std::uint8_t protocol) {
  const std::uint16_t pseudo = pseudo_sum(packet, transport, protocol);
  auto sum = static_cast<std::uint16_t>(~slow_sum(ByteView(packet).subspan(transport), pseudo));
  if (protocol == kProtocolUdp && sum == 0) sum = 0xffff;
  put16(packet, transport + field, sum);
}

}  // namespace

Packet some_bytes(std::size_t size, std::uint8_t seed) {
  Packet bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256 + seed);
  return bytes;
}

std::uint16_t slow_sum(ByteView bytes, std::uint32_t start) {
  std::uint32_t sum = start;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t pseudo_sum(ByteView packet, std::size_t transport, std::uint8_t protocol) {
  const bool v4 = packet[0] >> 4 == 4;
  const ByteView addresses = v4 ? packet.subspan(12, 8) : packet.subspan(8, 32);
  const std::size_t length = packet.size() - transport;
  return slow_sum(addresses, static_cast<std::uint32_t>(length + protocol));
}

bool has_right_checksums(ByteView packet, std::size_t transport) {
  const bool v4 = packet[0] >> 4 == 4;
  if (v4 && slow_sum(packet.first(transport)) != 0xffff) return false;
  const std::uint8_t protocol = packet[v4 ? 9 : 6];
  return slow_sum(packet.subspan(transport), pseudo_sum(packet, transport, protocol)) == 0xffff;
}

Packet TcpFlow::next(const Packet& payload, std::uint8_t more_flags) {
  const std::size_t behind = 20 + tcp_options.size() + payload.size();
  Packet packet = ip_header({v4, dont_fragment, tos, ttl, ip_options, ip_id, kProtocolTcp, behind});
  append16(packet, port);
  append16(packet, 443);
  append32(packet, sequence);
  append32(packet, acknowledged);
  packet.push_back(static_cast<std::uint8_t>((5 + tcp_options.size() / 4) << 4));
  packet.push_back(flags | more_flags);
  append16(packet, window);
  append32(packet, 0);
  append(packet, tcp_options);
  append(packet, payload);
  complete(packet, transport(), 16, kProtocolTcp);
  sequence += static_cast<std::uint32_t>(payload.size());
  ++ip_id;
  return packet;
}

SuperPacket super_packet(TcpFlow flow, const Packet& payload, std::uint16_t segment_size,
                         std::uint8_t more_flags) {
  SuperPacket out;
  out.packet = flow.next(payload, more_flags);
  const auto transport = static_cast<std::uint16_t>(flow.transport());
  put16(out.packet, transport + 16u, pseudo_sum(out.packet, transport, kProtocolTcp));
  using client::VirtioHeader;
  out.header = {VirtioHeader::kNeedsChecksum,
                flow.v4 ? VirtioHeader::kTcp4 : VirtioHeader::kTcp6,
                static_cast<std::uint16_t>(flow.headers()),
                segment_size,
                transport,
                16};
  return out;
}

Packet udp_packet(bool v4, const Packet& payload, std::uint16_t ip_id) {
  Packet packet = ip_header({v4, true, 0, 64, 0, ip_id, kProtocolUdp, 8 + payload.size()});
  const std::size_t transport = packet.size();
  append16(packet, 5000);
  append16(packet, 443);
  append16(packet, 8 + payload.size());
  append16(packet, 0);
  append(packet, payload);
  complete(packet, transport, 6, kProtocolUdp);
  return packet;
}

SuperPacket super_datagram(bool v4, const Packet& payload, std::uint16_t segment_size) {
  SuperPacket out;
  out.packet = udp_packet(v4, payload, 7);
  const std::uint16_t transport = v4 ? 20 : 40;
  put16(out.packet, transport + 6u, pseudo_sum(out.packet, transport, kProtocolUdp));
  using client::VirtioHeader;
  out.header = {VirtioHeader::kNeedsChecksum,
                VirtioHeader::kUdp,
                static_cast<std::uint16_t>(transport + 8),
                segment_size,
                transport,
                6};
  return out;
}

}  // namespace jvpn::test
