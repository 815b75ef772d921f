// SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"
#include "dataplane/classify.h"
#include "dataplane/classify_frames.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

/// The part of an underlay packet behind its IP header.
struct Transport {
  std::uint8_t protocol = 0;
  ByteSpan bytes;
};

/// By the first octet of an IPv4 address: not this network, nor loopback, nor a group.
bool can_be_source(std::uint8_t first) {
  return first != 0 && first != 127 && first < 224;
}

bool can_be_source(const Endpoint& source) {
  const IpAddress& address = source.address;
  if (address.is_unset() || source.port == 0) return false;
  return address.is_v4() ? can_be_source(address.bytes[12]) : address.bytes[0] != 0xff;
}

/// By type: which lane, and whether size and reserved bits are possible at all.
Verdict sort(ByteView datagram, Lane& lane) {
  if (datagram.size() < sizeof(WirePrefix)) return Verdict::too_short;
  const auto prefix = load<WirePrefix>(datagram.data());
  const auto type = static_cast<WireType>(prefix.type());
  if (type == WireType::data) {
    lane = Lane::data;
    return datagram.size() < kDataOverhead ? Verdict::too_short : Verdict::undecided;
  }
  const bool init = type == WireType::handshake_init;
  const bool confirm = type == WireType::handshake_confirm;
  const bool ticketed = type == WireType::ticketed;
  if (!init && !confirm && !ticketed && type != WireType::control) return Verdict::unknown_type;
  if (prefix.low() != 0) return Verdict::reserved_bits;
  lane = init || confirm ? Lane::handshake : Lane::control;
  if (init) return datagram.size() == kInitSize ? Verdict::undecided : Verdict::bad_size;
  if (datagram.size() < (ticketed ? kTicketedOverhead : kControlOverhead)) {
    return Verdict::too_short;
  }
  return datagram.size() <= kMaxControlSize ? Verdict::undecided : Verdict::bad_size;
}

Verdict classify_udp(const Link& link, const Transport& transport, Burst& burst, std::size_t i) {
  if (transport.protocol != kProtocolUdp) return Verdict::not_ours;
  if (transport.bytes.size() < sizeof(UdpHeader)) return Verdict::bad_header;
  const auto udp = load<UdpHeader>(transport.bytes.data());
  const std::size_t length = udp.length.value();
  if (length < sizeof(UdpHeader) || length > transport.bytes.size()) return Verdict::bad_header;
  if (udp.destination.value() != link.udp_port) return Verdict::not_ours;
  burst.source[i].port = udp.source.value();
  if (!can_be_source(burst.source[i])) return Verdict::bad_source;
  burst.payload[i] = transport.bytes.data() + sizeof(UdpHeader);
  burst.payload_size[i] = static_cast<std::uint16_t>(length - sizeof(UdpHeader));
  return sort(burst.payload_of(i), burst.lane[i]);
}

Verdict classify_ipv4(const Link& link, ByteSpan packet, Burst& burst, std::size_t i) {
  if (packet.size() < sizeof(Ipv4Header)) return Verdict::frame_truncated;
  const auto ip = load<Ipv4Header>(packet.data());
  const std::size_t header = ip.header_size();
  const std::size_t length = ip.length.value();
  if (ip.version_ihl >> 4 != 4 || header < sizeof(Ipv4Header) || length < header) {
    return Verdict::bad_header;
  }
  if (length > packet.size()) return Verdict::frame_truncated;
  if (!InternetSum().add(packet.first(header)).is_right()) return Verdict::bad_checksum;
  if (IpAddress::v4(ip.destination) != link.address.address) return Verdict::not_ours;
  if (ip.is_fragment()) return Verdict::outer_fragment;
  burst.source[i].address = IpAddress::v4(ip.source);
  burst.ecn[i] = ip.tos & 3;
  return classify_udp(link, {ip.protocol, packet.subspan(header, length - header)}, burst, i);
}

Verdict classify_ipv6(const Link& link, ByteSpan packet, Burst& burst, std::size_t i) {
  if (packet.size() < sizeof(Ipv6Header)) return Verdict::frame_truncated;
  const auto ip = load<Ipv6Header>(packet.data());
  const std::size_t length = ip.payload_length.value();
  if (ip.version_class_flow.value() >> 28 != 6) return Verdict::bad_header;
  if (length > packet.size() - sizeof(Ipv6Header)) return Verdict::frame_truncated;
  const ByteSpan body = packet.subspan(sizeof(Ipv6Header), length);
  if (ip.next_header == kProtocolIcmp6) {
    burst.lane[i] = Lane::neighbour;
    burst.payload[i] = packet.data();
    burst.payload_size[i] = static_cast<std::uint16_t>(sizeof(Ipv6Header) + length);
    return sizeof(Ipv6Header) + length > UINT16_MAX ? Verdict::bad_header : Verdict::undecided;
  }
  const IpAddress destination = IpAddress::v6(ip.destination);
  if (destination.is_unset() || destination != link.address6.address) return Verdict::not_ours;
  if (ip.next_header == kProtocolIpv6Fragment) return Verdict::outer_fragment;
  burst.source[i].address = IpAddress::v6(ip.source);
  // Written as IPv6 on the wire, it would be answered as IPv4: nobody's address here.
  if (burst.source[i].address.is_v4()) return Verdict::bad_source;
  burst.ecn[i] = ip.traffic_class() & 3;
  return classify_udp(link, {ip.next_header, body}, burst, i);
}

using HeaderBytes = std::span<const std::uint8_t, sizeof(Ipv4Header)>;

/// What the shape leaves open of a DATA frame: lengths, header checksum and source.
bool take_data(ByteSpan frame, Burst& burst, std::size_t i) {
  constexpr std::size_t kHeaders = sizeof(Ipv4Header) + sizeof(UdpHeader);
  std::uint8_t* const ip = frame.data() + sizeof(EthernetHeader);
  std::uint8_t* const udp = ip + sizeof(Ipv4Header);
  const std::size_t length = load_field(ip, &Ipv4Header::length).value();
  if (length > frame.size() - sizeof(EthernetHeader) || length < kHeaders + kDataOverhead) {
    return false;
  }
  if (load_field(udp, &UdpHeader::length).value() != length - sizeof(Ipv4Header)) return false;
  if (!InternetSum().add(HeaderBytes(ip, sizeof(Ipv4Header))).is_right()) return false;
  const Bytes<4> source = load_field(ip, &Ipv4Header::source);
  const std::uint16_t port = load_field(udp, &UdpHeader::source);
  if (!can_be_source(source[0]) || port == 0) return false;
  burst.source[i] = {IpAddress::v4(source), port};
  burst.ecn[i] = load_field(ip, &Ipv4Header::tos) & 3;
  burst.payload[i] = ip + kHeaders;
  burst.payload_size[i] = static_cast<std::uint16_t>(length - kHeaders);
  burst.lane[i] = Lane::data;
  return true;
}

}  // namespace

void classify_underlay(const Turn& turn, const Link& link, Burst& burst) {
  const auto take_usual = [&](ByteSpan frame, std::size_t i) { return take_data(frame, burst, i); };
  const auto classify_ip = [&](const NetworkPacket& packet, std::size_t i) {
    return packet.type == kEtherIpv4 ? classify_ipv4(link, packet.bytes(), burst, i)
                                     : classify_ipv6(link, packet.bytes(), burst, i);
  };
  classify_frames(turn, link, burst, take_usual, classify_ip);
}

}  // namespace jvpn
