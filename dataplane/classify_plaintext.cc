// SPDX-License-Identifier: Apache-2.0
#include "dataplane/classify.h"
#include "dataplane/ethernet.h"
#include "session/core/inner.h"

namespace jvpn {
namespace {

/// Why parse_inner() refused: cut short by the device, or wrong in itself.
Verdict why_malformed(ByteView packet) {
  const bool v4 = !packet.empty() && packet[0] >> 4 == 4;
  const bool v6 = !packet.empty() && packet[0] >> 4 == 6;
  if (!v4 && !v6) return Verdict::inner_malformed;
  if (packet.size() < (v4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header))) {
    return Verdict::frame_truncated;
  }
  const std::size_t length =
      v4 ? load<Ipv4Header>(packet.data()).length.value()
         : sizeof(Ipv6Header) + load<Ipv6Header>(packet.data()).payload_length.value();
  return length > packet.size() ? Verdict::frame_truncated : Verdict::inner_malformed;
}

bool is_neighbour_discovery(ByteView packet) {
  if (packet[0] >> 4 != 6 || packet.size() < sizeof(Ipv6Header) + sizeof(IcmpHeader)) return false;
  if (load<Ipv6Header>(packet.data()).next_header != kProtocolIcmp6) return false;
  const auto icmp = load<IcmpHeader>(packet.data() + sizeof(Ipv6Header));
  return icmp.type == kIcmp6Solicitation || icmp.type == kIcmp6Advertisement;
}

Verdict classify_inner(const Link& link, const NetworkPacket& packet, Burst& burst, std::size_t i) {
  const std::uint8_t version = packet.type == kEtherIpv4 ? 4 : 6;
  const auto inner = parse_inner(packet.bytes());
  if (!inner) return why_malformed(packet.bytes());
  if (packet.begin[0] >> 4 != version) return Verdict::inner_malformed;
  burst.payload[i] = packet.begin;
  burst.payload_size[i] = inner->length;
  burst.destination[i] = inner->destination;
  const ByteView bytes = burst.payload_of(i);
  burst.ecn[i] = version == 4 ? bytes[1] & 3 : load<Ipv6Header>(bytes.data()).traffic_class() & 3;
  if (is_neighbour_discovery(bytes)) {
    burst.lane[i] = Lane::neighbour;
  } else {
    burst.lane[i] = link.is_own(inner->destination) ? Lane::local : Lane::inner;
  }
  return Verdict::undecided;
}

Verdict classify(const Link& link, Burst& burst, std::size_t i) {
  if (burst.frame[i]->nb_segs != 1) return Verdict::segmented;
  if (has_stripped_vlan(*burst.frame[i])) return Verdict::other_vlan;
  const NetworkPacket packet = strip_ethernet(link, frame_bytes(burst.frame[i]));
  if (packet.verdict != Verdict::undecided) return packet.verdict;
  if (packet.type != kEtherArp) return classify_inner(link, packet, burst, i);
  if (packet.size < sizeof(ArpPacket)) return Verdict::frame_truncated;
  burst.lane[i] = Lane::arp;
  burst.payload[i] = packet.begin;
  burst.payload_size[i] = sizeof(ArpPacket);
  return Verdict::undecided;
}

}  // namespace

void classify_plaintext(const Link& link, Burst& burst) {
  constexpr std::size_t kAhead = 4;
  for (std::size_t i = 0; i < burst.size; ++i) {
    if (i + kAhead < burst.size) rte_prefetch0(rte_pktmbuf_mtod(burst.frame[i + kAhead], void*));
    const Verdict verdict = classify(link, burst, i);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
