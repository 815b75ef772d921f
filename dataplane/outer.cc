// SPDX-License-Identifier: Apache-2.0
#include "dataplane/outer.h"

#include "base/checksum.h"
#include "base/ensure.h"

namespace jvpn {
namespace {

template <class Ip>
OuterTemplate assemble(const Link& link, const Ip& ip, const Endpoint& peer, bool v4) {
  OuterTemplate out;
  const UdpHeader udp{link.udp_port, peer.port, std::uint16_t{0}, std::uint16_t{0}};
  std::uint8_t* at = out.bytes.data();
  store(at, EthernetHeader{EtherAddress{}, link.mac, v4 ? kEtherIpv4 : kEtherIpv6});
  store(at += sizeof(EthernetHeader), ip);
  store(at + sizeof(Ip), udp);
  return out;
}

OuterTemplate assemble_v4(const Link& link, const Endpoint& peer) {
  Ipv4Header ip;
  ip.protocol = kProtocolUdp;
  ip.source = link.address.address.v4_octets();
  ip.destination = peer.address.v4_octets();
  Bytes<sizeof(Ipv4Header)> bytes;
  store(bytes.data(), ip);
  ip.checksum = InternetSum().add(bytes).partial();
  return assemble(link, ip, peer, true);
}

OuterTemplate assemble_v6(const Link& link, const Endpoint& peer) {
  Ipv6Header ip;
  ip.next_header = kProtocolUdp;
  ip.source = link.address6.address.bytes;
  ip.destination = peer.address.bytes;
  return assemble(link, ip, peer, false);
}

void put16(ByteSpan packet, std::size_t at, std::uint16_t value) {
  store(packet.data() + at, BigEndian<std::uint16_t>(value));
}

void finish_v6(ByteSpan packet, const OuterFields& fields) {
  auto ip = load<Ipv6Header>(packet.data());
  const auto length = static_cast<std::uint16_t>(packet.size() - sizeof ip);
  ip.version_class_flow = ip.version_class_flow.value() | std::uint32_t{fields.ecn} << 20;
  ip.payload_length = length;
  store(packet.data(), ip);
  put16(packet, sizeof ip + offsetof(UdpHeader, length), length);
}

}  // namespace

OuterTemplate build_outer(const Link& link, const Endpoint& peer, std::uint16_t next_hop) {
  const bool v4 = peer.address.is_v4();
  if (link.own(v4).is_unset()) return OuterTemplate{};
  OuterTemplate out = v4 ? assemble_v4(link, peer) : assemble_v6(link, peer);
  out.next_hop = next_hop;
  return out;
}

void write_outer_v6(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields) {
  std::memcpy(frame.data(), outer.bytes.data(), kOuterSizeV6);
  store(frame.data(), fields.next_hop);
  finish_v6(frame.subspan(sizeof(EthernetHeader)), fields);
}

void write_udp_checksum_v6(ByteSpan frame) {
  const ByteSpan packet = frame.subspan(sizeof(EthernetHeader));
  const auto ip = load<Ipv6Header>(packet.data());
  const ByteSpan datagram = packet.subspan(sizeof ip);
  const std::uint16_t sum =
      InternetSum()
          .add_pseudo_header(ip.source, ip.destination, ip.payload_length, kProtocolUdp)
          .add(datagram)
          .checksum();
  // RFC 768: 0 would mean none.
  put16(datagram, offsetof(UdpHeader, checksum), sum == 0 ? std::uint16_t{0xffff} : sum);
}

void finish_outer(ByteSpan frame, const OuterTemplate& outer, const OuterFields& fields) {
  if (outer_size(outer) == kOuterSizeV4) return write_outer_v4(frame, outer, fields);
  ensure(outer_size(outer) == kOuterSizeV6, "headers are there");
  write_outer_v6(frame, outer, fields);
  write_udp_checksum_v6(frame);
}

}  // namespace jvpn
