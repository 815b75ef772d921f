// SPDX-License-Identifier: Apache-2.0
#include "dataplane/too_big.h"

#include "base/checksum.h"

namespace jvpn {
namespace {

constexpr std::size_t kQuotedV4 = 576 - sizeof(Ipv4Header) - sizeof(IcmpHeader);   // RFC 1812
constexpr std::size_t kQuotedV6 = 1280 - sizeof(Ipv6Header) - sizeof(IcmpHeader);  // RFC 4443

constexpr Rate kErrorRate{1ms, 100};

/// Never about an error, a later fragment, or to nobody in particular (RFC 1122, 3.2.2).
bool may_be_told_v4(ByteView packet) {
  const auto ip = load<Ipv4Header>(packet.data());
  const bool later_fragment = (ip.fragment.value() & 0x1fff) != 0;
  const bool asked = (ip.fragment.value() & Ipv4Header::kDontFragment) != 0;
  const std::uint8_t first = ip.source[0];
  if (!asked || later_fragment || first == 0 || first == 127 || first >= 224) return false;
  if (ip.protocol != kProtocolIcmp || packet.size() <= ip.header_size()) return true;
  const std::uint8_t type = packet[ip.header_size()];
  return type == kIcmpEcho || type == kIcmpEchoReply;
}

bool may_be_told_v6(ByteView packet) {
  const auto ip = load<Ipv6Header>(packet.data());
  const IpAddress source = IpAddress::v6(ip.source);
  if (source.is_unset() || source.bytes[0] == 0xff) return false;
  // ICMPv6 errors are the types below 128.
  return ip.next_header != kProtocolIcmp6 || (packet[sizeof ip] & 0x80) != 0;
}

void write_error_v4(ByteSpan packet, const IpAddress& from, std::uint16_t mtu) {
  const auto about = load<Ipv4Header>(packet.data() + sizeof(Ipv4Header) + sizeof(IcmpHeader));
  Ipv4Header ip;
  ip.length = static_cast<std::uint16_t>(packet.size());
  ip.protocol = kProtocolIcmp;
  ip.source = from.v4_octets();
  ip.destination = about.source;
  store(packet.data(), ip);
  ip.checksum = InternetSum().add(packet.first(sizeof ip)).checksum();
  store(packet.data(), ip);
  const ByteSpan message = packet.subspan(sizeof ip);
  IcmpHeader icmp{kIcmpUnreachable, kIcmpFragmentationNeeded, std::uint16_t{0}, std::uint32_t{mtu}};
  store(message.data(), icmp);
  icmp.checksum = InternetSum().add(message).checksum();
  store(message.data(), icmp);
}

void write_error_v6(ByteSpan packet, const IpAddress& from, std::uint16_t mtu) {
  const auto about = load<Ipv6Header>(packet.data() + sizeof(Ipv6Header) + sizeof(IcmpHeader));
  const ByteSpan message = packet.subspan(sizeof(Ipv6Header));
  Ipv6Header ip;
  ip.payload_length = static_cast<std::uint16_t>(message.size());
  ip.next_header = kProtocolIcmp6;
  ip.source = from.bytes;
  ip.destination = about.source;
  store(packet.data(), ip);
  IcmpHeader icmp{kIcmp6PacketTooBig, 0, std::uint16_t{0}, std::uint32_t{mtu}};
  store(message.data(), icmp);
  icmp.checksum = InternetSum()
                      .add_pseudo_header(ip.source, ip.destination,
                                         static_cast<std::uint32_t>(message.size()), kProtocolIcmp6)
                      .add(message)
                      .checksum();
  store(message.data(), icmp);
}

/// The frame becomes Ethernet, IP and ICMP header around the first bytes of the packet.
void turn_into_error(const Link& link, Burst& burst, std::size_t i, std::uint16_t mtu) {
  const bool v4 = burst.payload[i][0] >> 4 == 4;
  const EtherAddress sender = load<EthernetHeader>(frame_bytes(burst.frame[i]).data()).source;
  const std::size_t quoted = v4 ? kQuotedV4 : kQuotedV6;
  const std::size_t headers =
      sizeof(EthernetHeader) + sizeof(IcmpHeader) + (v4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header));
  set_frame(burst.frame[i], burst.payload[i], std::min<std::size_t>(quoted, burst.payload_size[i]));
  if (rte_pktmbuf_prepend(burst.frame[i], static_cast<std::uint16_t>(headers)) == nullptr) {
    return burst.settle(i, Verdict::no_room);
  }
  const ByteSpan frame = frame_bytes(burst.frame[i]);
  store(frame.data(), EthernetHeader{sender, link.mac, v4 ? kEtherIpv4 : kEtherIpv6});
  const ByteSpan packet = frame.subspan(sizeof(EthernetHeader));
  v4 ? write_error_v4(packet, link.own(v4), mtu) : write_error_v6(packet, link.own(v4), mtu);
  burst.leave(i, link.index, Verdict::answered);
}

void answer(Turn& turn, const Link& link, Burst& burst, std::size_t i) {
  const ByteView packet = burst.payload_of(i);
  const bool v4 = packet[0] >> 4 == 4;
  const bool may =
      !link.own(v4).is_unset() && (v4 ? may_be_told_v4(packet) : may_be_told_v6(packet));
  if (!may || !turn.errors.take(kErrorRate, turn.now))
    return burst.settle(i, Verdict::inner_too_big);
  turn_into_error(link, burst, i, burst.snapshot[i]->view.tunnel_mtu);
}

}  // namespace

void answer_too_big(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::too_big)) answer(turn, link, burst, i);
}

}  // namespace jvpn
