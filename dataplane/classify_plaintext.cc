// SPDX-License-Identifier: Apache-2.0
#include "dataplane/classify.h"
#include "dataplane/classify_frames.h"
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

/// The address's place in its pool is fetched: the lookup will read it.
void take_destination(AddressPool::Place place, const IpAddress& destination, Burst& burst,
                      std::size_t i) {
  burst.destination[i] = destination;
  burst.place[i] = place;
  rte_prefetch0(place);
}

Verdict classify_inner(const Turn& turn, const Link& link, const NetworkPacket& packet,
                       Burst& burst, std::size_t i) {
  const std::uint8_t version = packet.type == kEtherIpv4 ? 4 : 6;
  const auto inner = parse_inner(packet.bytes());
  if (!inner) return why_malformed(packet.bytes());
  if (packet.begin[0] >> 4 != version) return Verdict::inner_malformed;
  burst.payload[i] = packet.begin;
  burst.payload_size[i] = inner->length;
  const AddressPool* pool = turn.plane.pool_of(inner->destination);
  const auto place = pool == nullptr ? nullptr : pool->place_of(inner->destination);
  take_destination(place, inner->destination, burst, i);
  const ByteView bytes = burst.payload_of(i);
  burst.ecn[i] = version == 4 ? bytes[1] & 3 : load<Ipv6Header>(bytes.data()).traffic_class() & 3;
  if (is_neighbour_discovery(bytes)) {
    burst.lane[i] = Lane::neighbour;
  } else {
    burst.lane[i] = link.is_own(inner->destination) ? Lane::local : Lane::inner;
  }
  return Verdict::undecided;
}

/// What the shape leaves open of an IPv4 packet for a session: its length, and that it is not ours.
bool take_inner(const Turn& turn, ByteSpan frame, Burst& burst, std::size_t i) {
  std::uint8_t* const ip = frame.data() + sizeof(EthernetHeader);
  const std::uint16_t length = load_field(ip, &Ipv4Header::length);
  if (length > frame.size() - sizeof(EthernetHeader) || length < sizeof(Ipv4Header)) return false;
  const std::uint32_t destination =
      load<BigEndian<std::uint32_t>>(ip + offsetof(Ipv4Header, destination));
  if (turn.usual.destinations.is_own(destination)) return false;
  burst.payload[i] = ip;
  burst.payload_size[i] = length;
  const AddressPool* pool = turn.plane.pool_v4;
  const auto place = pool == nullptr ? nullptr : pool->place_of_v4(destination);
  take_destination(place, IpAddress::v4(destination), burst, i);
  burst.ecn[i] = load_field(ip, &Ipv4Header::tos) & 3;
  burst.lane[i] = Lane::inner;
  return true;
}

}  // namespace

void classify_plaintext(const Turn& turn, const Link& link, Burst& burst) {
  const auto take_usual = [&](ByteSpan frame, std::size_t i) {
    return take_inner(turn, frame, burst, i);
  };
  const auto classify_ip = [&](const NetworkPacket& packet, std::size_t i) {
    return classify_inner(turn, link, packet, burst, i);
  };
  classify_frames(turn, link, burst, take_usual, classify_ip);
}

}  // namespace jvpn
