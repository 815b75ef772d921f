// SPDX-License-Identifier: Apache-2.0
#include "dataplane/address_owner.h"
#include "dataplane/echo.h"
#include "dataplane/ecn.h"
#include "dataplane/meter.h"
#include "dataplane/next_hop.h"
#include "dataplane/session_lines.h"
#include "dataplane/uplink.h"
#include "session/core/inner.h"

namespace jvpn {
namespace {

/// Groups are nobody's session, and clients do not reach clients through the gateway.
bool is_denied(const PlaneFacts& plane, const IpAddress& destination) {
  if (is_a_clients(plane, destination)) return true;
  const std::uint8_t first = destination.bytes[destination.is_v4() ? 12 : 0];
  return destination.is_v4() ? first >= 224 : first == 0xff;
}

/// For the gateway itself: echo requests are answered back through the tunnel.
Verdict answer_locally(Burst& burst, std::size_t i) {
  if (!turn_into_echo_reply(burst.payload_of(i))) return Verdict::not_for_us;
  burst.lane[i] = Lane::seal;
  burst.ecn[i] = ecn_of(burst.payload_of(i));
  burst.once_sealed[i] = Verdict::answered;
  return Verdict::undecided;
}

Verdict copy_congestion(Burst& burst, std::size_t i) {
  const std::uint8_t inner = ecn_of(burst.payload_of(i));
  const auto leaving = leaving_ecn(inner, burst.ecn[i]);
  if (!leaving) return Verdict::ecn_congestion;
  if (*leaving != inner) set_ecn(burst.payload_of(i), *leaving);
  return Verdict::undecided;
}

/// Where a packet leaves, and what goes in front of it.
struct WayOut {
  std::uint8_t link = 0;
  EthernetHeader header;
};

[[gnu::always_inline]] inline void forward_to(const WayOut& out, Burst& burst, std::size_t i,
                                              std::uint16_t length) {
  constexpr std::size_t kHeader = sizeof out.header;
  std::uint8_t* const begin = burst.payload[i] - kHeader;  // over the data header
  store(begin, out.header);
  set_frame(burst.frame[i], begin, kHeader + length);
  add(burst.record[i]->uplink.bytes, length);
  burst.leave_carried(i, out.link, Verdict::forwarded);
}

Verdict forward(Turn& turn, Burst& burst, std::size_t i, const IpAddress& destination) {
  const Link& out = turn.plane.plaintext();
  EtherAddress next_hop;
  if (!find_next_hop(turn, out, destination, next_hop)) return Verdict::next_hop_unresolved;
  const std::uint16_t type = destination.is_v4() ? kEtherIpv4 : kEtherIpv6;
  forward_to({out.index, {next_hop, out.mac, type}}, burst, i, burst.payload_size[i]);
  return Verdict::undecided;
}

/// The IPv4 next hop of the usual packet before, and what goes in front of packets to it. Known for
/// one burst only: control may learn another MAC.
struct UsualHop {
  std::uint32_t address = 0;  ///< 0: none is known yet
  WayOut out;
};

/// Whether `hop` leads to `address` now. Only the neighbour that was found last is looked at; the
/// general way finds others.
bool lead_to(UsualHop& hop, std::uint32_t address, Turn& turn) {
  if (address == hop.address) [[likely]]
    return address != 0;
  const Link& out = turn.plane.plaintext();
  Neighbours& neighbours = *turn.plane.neighbours;
  EtherAddress mac;
  if (!neighbours.is(turn.last_hop, out.index, IpAddress::v4(address))) return false;
  if (!neighbours.mac_of(turn.last_hop, mac)) return false;
  hop = {address, {out.index, {mac, out.mac, kEtherIpv4}}};
  return true;
}

/// IPv4 without options from the session's own address to beyond the gateway, with the outer
/// packet's ECN and the next hop of the packet before: forwarded with the fewest questions. False:
/// not that, and nothing has changed.
bool forward_usual(Turn& turn, UsualHop& hop, Burst& burst, std::size_t i) {
  const std::uint8_t* const ip = burst.payload[i];
  const std::uint16_t size = burst.payload_size[i];
  if (size < sizeof(Ipv4Header)) return false;
  if (load_field(ip, &Ipv4Header::version_ihl) != Ipv4Header{}.version_ihl) return false;
  if ((load_field(ip, &Ipv4Header::tos) & 3) != burst.ecn[i]) return false;
  const SessionView& view = burst.snapshot[i]->view;
  const std::uint16_t length = load_field(ip, &Ipv4Header::length);
  if (length < sizeof(Ipv4Header) || length > size || length > view.tunnel_mtu) return false;
  if (!is_same_v4(view.inner_v4, load_field(ip, &Ipv4Header::source))) return false;
  const std::uint32_t destination =
      load<BigEndian<std::uint32_t>>(ip + offsetof(Ipv4Header, destination));
  const DestinationsV4& destinations = turn.usual.destinations;
  if (!destinations.is_beyond(destination)) return false;
  if (may_be_routed(turn.plane, destination)) return false;
  if (!lead_to(hop, destinations.hop_towards(destination), turn)) return false;
  forward_to(hop.out, burst, i, length);
  return true;
}

Verdict deliver_one(Turn& turn, Burst& burst, std::size_t i) {
  const auto inner = parse_inner(burst.payload_of(i));
  if (!inner) return Verdict::inner_malformed;
  const SessionView& view = burst.snapshot[i]->view;
  if (!is_of_session(turn.plane, {view, burst.tag[i]}, inner->source)) {
    return Verdict::inner_source_denied;
  }
  if (inner->length > view.tunnel_mtu) return Verdict::inner_too_big;  // its sender knows the MTU
  burst.payload_size[i] = inner->length;
  if (turn.plane.plaintext().is_own(inner->destination)) return answer_locally(burst, i);
  if (is_denied(turn.plane, inner->destination)) return Verdict::inner_destination_denied;
  const Verdict verdict = copy_congestion(burst, i);
  return verdict != Verdict::undecided ? verdict : forward(turn, burst, i, inner->destination);
}

}  // namespace

void deliver(Turn& turn, Burst& burst) {
  UsualHop hop;
  for (const std::size_t i : burst.in(Lane::opened)) {
    if (is_over_rate_up(turn, burst, i)) [[unlikely]] {
      burst.settle(i, Verdict::metered_up);
      continue;
    }
    if (forward_usual(turn, hop, burst, i)) continue;
    const Verdict verdict = deliver_one(turn, burst, i);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
