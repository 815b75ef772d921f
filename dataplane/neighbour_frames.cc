// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbour_frames.h"

#include "base/checksum.h"
#include "base/cursor.h"

namespace jvpn {
namespace {

constexpr std::uint8_t kSourceOption = 1;
constexpr std::uint8_t kTargetOption = 2;

NeighbourFrame arp_frame(const Link& link, const ArpPacket& packet, const EtherAddress& to) {
  NeighbourFrame out;
  out.link = link.index;
  out.size = kArpFrameSize;
  store(out.bytes.data(), EthernetHeader{to, link.mac, kEtherArp});
  store(out.bytes.data() + sizeof(EthernetHeader), packet);
  return out;
}

NeighbourFrame icmp6_frame(const Link& link, Ipv6Header ip, NeighbourMessage message,
                           const EtherAddress& to) {
  NeighbourFrame out;
  out.link = link.index;
  out.size = kNeighbourFrameSize;
  ip.payload_length = sizeof(NeighbourMessage);
  ip.next_header = kProtocolIcmp6;
  ip.hop_limit = kNeighbourHopLimit;
  std::uint8_t* const at = out.bytes.data() + sizeof(EthernetHeader) + sizeof(Ipv6Header);
  store(at, message);
  message.icmp.checksum =
      InternetSum()
          .add_pseudo_header(ip.source, ip.destination, sizeof(NeighbourMessage), kProtocolIcmp6)
          .add(ByteView(at, sizeof(NeighbourMessage)))
          .checksum();
  store(at, message);
  store(out.bytes.data(), EthernetHeader{to, link.mac, kEtherIpv6});
  store(out.bytes.data() + sizeof(EthernetHeader), ip);
  return out;
}

/// RFC 4291, 2.7.1 and RFC 2464, section 7.
Bytes<16> solicited_node_group(const Bytes<16>& target) {
  return {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, target[13], target[14], target[15]};
}

/// Length of the Ethernet header and its type, seen through one VLAN tag.
std::optional<std::pair<std::uint16_t, ByteView>> strip(ByteView frame) {
  ByteReader reader(frame);
  reader.view(12);
  std::uint16_t type = reader.number<std::uint16_t>();
  if (type == kEtherVlan) {
    reader.number<std::uint16_t>();
    type = reader.number<std::uint16_t>();
  }
  if (!reader.ok()) return std::nullopt;
  return std::pair(type, reader.rest());
}

std::optional<NeighbourClaim> read_arp_claim(ByteView packet) {
  if (packet.size() < sizeof(ArpPacket)) return std::nullopt;
  const auto arp = load<ArpPacket>(packet.data());
  const bool gratuitous = arp.sender == arp.target;
  if (!arp.is_ethernet_ipv4() || is_group(arp.sender_mac)) return std::nullopt;
  if (arp.operation.value() != ArpPacket::kReply && !gratuitous) return std::nullopt;
  return NeighbourClaim{IpAddress::v4(arp.sender), arp.sender_mac};
}

/// First address option of the wanted kind; zero when there is none or the options are malformed.
EtherAddress find_option(ByteView options, std::uint8_t wanted) {
  ByteReader reader(options);
  while (reader.ok() && !reader.rest().empty()) {
    const auto kind = reader.number<std::uint8_t>();
    const auto units = reader.number<std::uint8_t>();
    if (units == 0) return EtherAddress{};
    const ByteView body = reader.view(std::size_t{units} * 8 - 2);
    if (reader.ok() && kind == wanted && body.size() >= 6) return load<EtherAddress>(body.data());
  }
  return EtherAddress{};
}

}  // namespace

std::optional<NeighbourFrame> write_question(const Link& link, const IpAddress& target) {
  const bool v4 = target.is_v4();
  const IpAddress& own = link.own(v4);
  if (own.is_unset()) return std::nullopt;
  if (v4) {
    ArpPacket packet;
    packet.operation = ArpPacket::kRequest;
    packet.sender_mac = link.mac;
    packet.sender = own.v4_octets();
    packet.target = target.v4_octets();
    return arp_frame(link, packet, kBroadcastMac);
  }
  Ipv6Header ip;
  ip.source = own.bytes;
  ip.destination = solicited_node_group(target.bytes);
  NeighbourMessage message;
  message.icmp.type = kIcmp6Solicitation;
  message.target = target.bytes;
  message.option = kSourceOption;
  message.mac = link.mac;
  const EtherAddress group{0x33, 0x33, 0xff, target.bytes[13], target.bytes[14], target.bytes[15]};
  return icmp6_frame(link, ip, message, group);
}

NeighbourFrame write_arp_answer(const Link& link, const ArpPacket& question) {
  ArpPacket packet;
  packet.operation = ArpPacket::kReply;
  packet.sender_mac = link.mac;
  packet.sender = question.target;
  packet.target_mac = question.sender_mac;
  packet.target = question.sender;
  return arp_frame(link, packet, question.sender_mac);
}

NeighbourFrame write_advertisement(const Link& link, const IpAddress& own, const Questioner& to) {
  Ipv6Header ip;
  ip.source = own.bytes;
  ip.destination = to.address.bytes;
  NeighbourMessage message;
  message.icmp.type = kIcmp6Advertisement;
  message.icmp.rest =
      NeighbourMessage::kRouter | NeighbourMessage::kSolicited | NeighbourMessage::kOverride;
  message.target = own.bytes;
  message.option = kTargetOption;
  message.mac = link.mac;
  return icmp6_frame(link, ip, message, to.mac);
}

std::optional<NeighbourPacket> read_neighbour_packet(ByteView packet) {
  constexpr std::size_t kFixed = sizeof(IcmpHeader) + 16;
  if (packet.size() < sizeof(Ipv6Header) + kFixed) return std::nullopt;
  const auto ip = load<Ipv6Header>(packet.data());
  const ByteView message = packet.subspan(sizeof(Ipv6Header));
  const auto icmp = load<IcmpHeader>(message.data());
  const bool right =
      InternetSum()
          .add_pseudo_header(ip.source, ip.destination, static_cast<std::uint32_t>(message.size()),
                             kProtocolIcmp6)
          .add(message)
          .is_right();
  if (!right || ip.hop_limit != kNeighbourHopLimit || icmp.code != 0) return std::nullopt;
  NeighbourPacket out;
  out.is_question = icmp.type == kIcmp6Solicitation;
  if (!out.is_question && icmp.type != kIcmp6Advertisement) return std::nullopt;
  out.source = IpAddress::v6(ip.source);
  out.target = IpAddress::v6(load<Bytes<16>>(message.data() + sizeof(IcmpHeader)));
  if (out.target.bytes[0] == 0xff || out.target.is_v4()) return std::nullopt;
  out.mac = find_option(message.subspan(kFixed), out.is_question ? kSourceOption : kTargetOption);
  if (is_group(out.mac)) return std::nullopt;
  return out;
}

std::optional<NeighbourClaim> read_claim(ByteView frame) {
  const auto stripped = strip(frame);
  if (!stripped) return std::nullopt;
  const auto& [type, packet] = *stripped;
  if (type == kEtherArp) return read_arp_claim(packet);
  if (type != kEtherIpv6 || packet.size() < sizeof(Ipv6Header)) return std::nullopt;
  const std::size_t length =
      sizeof(Ipv6Header) + load<Ipv6Header>(packet.data()).payload_length.value();
  if (length > packet.size()) return std::nullopt;
  const auto read = read_neighbour_packet(packet.first(length));
  if (!read || read->is_question || read->mac == EtherAddress{}) return std::nullopt;
  return NeighbourClaim{read->target, read->mac};
}

}  // namespace jvpn
