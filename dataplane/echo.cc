// SPDX-License-Identifier: Apache-2.0
#include "dataplane/echo.h"

#include "base/checksum.h"

namespace jvpn {
namespace {

/// Addresses only change places, so the checksum's pseudo header stays as it was.
void change_type(std::uint8_t* at, std::uint8_t type) {
  auto icmp = load<IcmpHeader>(at);
  icmp.checksum = InternetSum()
                      .add(static_cast<std::uint16_t>(~icmp.checksum.value()))
                      .add(static_cast<std::uint16_t>(~(unsigned{icmp.type} << 8)))
                      .add(static_cast<std::uint16_t>(unsigned{type} << 8))
                      .checksum();
  icmp.type = type;
  store(at, icmp);
}

bool reply_v4(ByteSpan packet) {
  auto ip = load<Ipv4Header>(packet.data());
  const std::size_t header = ip.header_size();
  if (ip.protocol != kProtocolIcmp || ip.is_fragment()) return false;
  if (packet.size() < header + sizeof(IcmpHeader)) return false;
  if (load<IcmpHeader>(packet.data() + header).type != kIcmpEcho) return false;
  std::swap(ip.source, ip.destination);
  ip.ttl = Ipv4Header{}.ttl;
  ip.checksum = std::uint16_t{0};
  store(packet.data(), ip);
  ip.checksum = InternetSum().add(packet.first(header)).checksum();
  store(packet.data(), ip);
  change_type(packet.data() + header, kIcmpEchoReply);
  return true;
}

bool reply_v6(ByteSpan packet) {
  auto ip = load<Ipv6Header>(packet.data());
  if (ip.next_header != kProtocolIcmp6) return false;
  if (packet.size() < sizeof ip + sizeof(IcmpHeader)) return false;
  if (load<IcmpHeader>(packet.data() + sizeof ip).type != kIcmp6Echo) return false;
  std::swap(ip.source, ip.destination);
  ip.hop_limit = Ipv6Header{}.hop_limit;
  store(packet.data(), ip);
  change_type(packet.data() + sizeof ip, kIcmp6EchoReply);
  return true;
}

}  // namespace

bool turn_into_echo_reply(ByteSpan packet) {
  return packet[0] >> 4 == 4 ? reply_v4(packet) : reply_v6(packet);
}

void answer_echoes(const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::local)) {
    std::uint8_t* const frame = frame_bytes(burst.frame[i]).data();
    auto ethernet = load<EthernetHeader>(frame);
    if (is_group(ethernet.source) || !turn_into_echo_reply(burst.payload_of(i))) {
      burst.settle(i, Verdict::not_for_us);
      continue;
    }
    ethernet.destination = ethernet.source;
    ethernet.source = link.mac;
    store(frame, ethernet);
    burst.leave(i, link.index, Verdict::answered);
  }
}

}  // namespace jvpn
