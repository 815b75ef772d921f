// SPDX-License-Identifier: Apache-2.0
#include "packets.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

void append(Packet& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

template <class T>
ByteView bytes_of(const T& header) {
  return {reinterpret_cast<const std::uint8_t*>(&header), sizeof header};
}

std::uint32_t slow_sum(ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
  }
  return sum;
}

std::size_t header_size(ByteView packet) {
  return packet[0] >> 4 == 4 ? std::size_t{packet[0] & 0xfu} * 4 : sizeof(Ipv6Header);
}

Endpoint endpoint_of(ByteView frame, bool source) {
  const ByteView packet = network_of(frame);
  const bool v4 = packet[0] >> 4 == 4;
  const std::size_t at = v4 ? (source ? 12u : 16u) : (source ? 8u : 24u);
  const auto udp = load<UdpHeader>(packet.data() + header_size(packet));
  Endpoint out;
  out.address = v4 ? IpAddress::v4(load<Bytes<4>>(packet.data() + at))
                   : IpAddress::v6(load<Bytes<16>>(packet.data() + at));
  out.port = source ? udp.source : udp.destination;
  return out;
}

}  // namespace

std::uint16_t slow_checksum(ByteView bytes, std::uint32_t start) {
  std::uint32_t sum = start + slow_sum(bytes);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::uint32_t pseudo_header_sum(const Endpoint& from, const Endpoint& to, std::size_t length,
                                std::uint8_t protocol) {
  const std::size_t skip = from.address.is_v4() ? 12 : 0;
  return slow_sum(ByteView(from.address.bytes).subspan(skip)) +
         slow_sum(ByteView(to.address.bytes).subspan(skip)) + static_cast<std::uint32_t>(length) +
         protocol;
}

Packet ip_packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol,
                 ByteView payload, const IpOptions& options) {
  Packet out;
  if (from.is_v4()) {
    Ipv4Header ip;
    ip.tos = options.ecn;
    ip.length = static_cast<std::uint16_t>(sizeof ip + payload.size());
    ip.fragment = options.dont_fragment ? Ipv4Header::kDontFragment : std::uint16_t{0};
    ip.ttl = options.ttl;
    ip.protocol = protocol;
    ip.source = from.v4_octets();
    ip.destination = to.v4_octets();
    ip.checksum = slow_checksum(bytes_of(ip));
    append(out, bytes_of(ip));
  } else {
    Ipv6Header ip;
    ip.version_class_flow = 0x60000000 | std::uint32_t{options.ecn} << 20;
    ip.payload_length = static_cast<std::uint16_t>(payload.size());
    ip.next_header = protocol;
    ip.hop_limit = options.ttl;
    ip.source = from.bytes;
    ip.destination = to.bytes;
    append(out, bytes_of(ip));
  }
  append(out, payload);
  return out;
}

Packet udp_packet(const Endpoint& from, const Endpoint& to, ByteView payload,
                  const IpOptions& options) {
  Packet datagram;
  UdpHeader udp{from.port, to.port, static_cast<std::uint16_t>(sizeof udp + payload.size()),
                std::uint16_t{0}};
  append(datagram, bytes_of(udp));
  append(datagram, payload);
  const std::uint16_t sum =
      slow_checksum(datagram, pseudo_header_sum(from, to, datagram.size(), kProtocolUdp));
  udp.checksum = sum == 0 ? std::uint16_t{0xffff} : sum;
  store(datagram.data(), udp);
  return ip_packet(from.address, to.address, kProtocolUdp, datagram, options);
}

Packet echo_request(const IpAddress& from, const IpAddress& to, std::size_t size) {
  const bool v4 = from.is_v4();
  Packet message(sizeof(IcmpHeader) + size, 0x5a);
  IcmpHeader icmp{v4 ? kIcmpEcho : kIcmp6Echo, 0, std::uint16_t{0}, std::uint32_t{0x12340001}};
  store(message.data(), icmp);
  icmp.checksum = slow_checksum(
      message, v4 ? 0 : pseudo_header_sum({from, 0}, {to, 0}, message.size(), kProtocolIcmp6));
  store(message.data(), icmp);
  return ip_packet(from, to, v4 ? kProtocolIcmp : kProtocolIcmp6, message);
}

Packet frame_of(ByteView packet, const EtherAddress& from, const EtherAddress& to) {
  Packet out;
  append(out, bytes_of(EthernetHeader{to, from, packet[0] >> 4 == 6 ? kEtherIpv6 : kEtherIpv4}));
  append(out, packet);
  return out;
}

Packet arp_frame(std::uint16_t operation, const ArpPacket& packet, const EtherAddress& to) {
  ArpPacket arp = packet;
  arp.operation = operation;
  Packet out;
  append(out, bytes_of(EthernetHeader{to, packet.sender_mac, kEtherArp}));
  append(out, bytes_of(arp));
  return out;
}

ByteView network_of(ByteView frame) {
  return frame.subspan(sizeof(EthernetHeader));
}

bool has_right_ip_checksum(ByteView packet) {
  return packet[0] >> 4 != 4 || slow_checksum(packet.first(header_size(packet))) == 0;
}

Packet udp_payload_of(ByteView frame) {
  const ByteView packet = network_of(frame);
  const bool v4 = packet[0] >> 4 == 4;
  EXPECT_EQ(load<EthernetHeader>(frame.data()).type.value(), v4 ? kEtherIpv4 : kEtherIpv6);
  const std::size_t header = header_size(packet);
  const std::size_t length =
      v4 ? load<Ipv4Header>(packet.data()).length.value()
         : sizeof(Ipv6Header) + load<Ipv6Header>(packet.data()).payload_length.value();
  EXPECT_EQ(length, packet.size());
  EXPECT_TRUE(has_right_ip_checksum(packet));
  const ByteView datagram = packet.subspan(header);
  const auto udp = load<UdpHeader>(datagram.data());
  EXPECT_EQ(udp.length.value(), datagram.size());
  if (udp.checksum.value() != 0 || !v4) {
    EXPECT_EQ(
        slow_checksum(datagram, pseudo_header_sum(udp_source_of(frame), udp_destination_of(frame),
                                                  datagram.size(), kProtocolUdp)),
        0);
  }
  return Packet(datagram.begin() + sizeof(UdpHeader), datagram.end());
}

Endpoint udp_source_of(ByteView frame) {
  return endpoint_of(frame, true);
}
Endpoint udp_destination_of(ByteView frame) {
  return endpoint_of(frame, false);
}

std::uint8_t ecn_bits(ByteView packet) {
  return static_cast<std::uint8_t>((packet[0] >> 4 == 4 ? packet[1] : packet[1] >> 4) & 3);
}

}  // namespace jvpn::test
