// SPDX-License-Identifier: Apache-2.0
// The usual inner packet on its way to the plaintext port: what is recognised here is only ever
// forwarded; whatever falls short in any way is looked at from the start by deliver().
#pragma once

#include "dataplane/address_owner.h"
#include "dataplane/burst.h"
#include "dataplane/session_lines.h"

namespace jvpn {

/// Where a packet leaves, and what goes in front of it.
struct WayOut {
  std::uint8_t link = 0;
  EthernetHeader header;
};

/// Packet i of the session with that record, now `packet`, leaves.
[[gnu::always_inline]] inline void forward_to(const WayOut& out, Burst& burst, std::size_t i,
                                              TableRecord& record, ByteSpan packet) {
  constexpr std::size_t kHeader = sizeof out.header;
  std::uint8_t* const begin = packet.data() - kHeader;  // over the data header
  store(begin, out.header);
  set_frame(burst.frame[i], begin, kHeader + packet.size());
  add(record.uplink.bytes, packet.size());
  burst.leave_carried(i, out.link, Verdict::forwarded);
}

/// The IPv4 next hop of the usual packet before, and what goes in front of packets to it. Known for
/// one burst only: control may learn another MAC.
struct UsualHop {
  std::uint32_t address = kUnknown;
  static constexpr std::uint32_t kUnknown = 0xffffffff;  ///< no next hop has it
  WayOut out;
};

/// Whether `hop` leads to `address` now. Only the neighbour that was found last is looked at; the
/// general way finds others. Once per burst.
[[gnu::noinline]] inline bool lead_to(UsualHop& hop, std::uint32_t address, Turn& turn) {
  if (address == 0) return false;
  const Link& out = turn.plane.plaintext();
  Neighbours& neighbours = *turn.plane.neighbours;
  EtherAddress mac;
  if (!neighbours.is(turn.last_hop, out.index, IpAddress::v4(address))) return false;
  if (!neighbours.mac_of(turn.last_hop, mac)) return false;
  hop = {address, {out.index, {mac, out.mac, kEtherIpv4}}};
  return true;
}

/// An inner packet and its session.
struct UsualInner {
  TableRecord& record;
  const SessionView& view;
  ByteSpan bytes;
};

/// Packet i: IPv4 without options from the session's own address to beyond the gateway, with the
/// outer packet's ECN and the next hop of the packet before: forwarded with the fewest questions.
/// False: not that, and nothing has changed.
[[gnu::always_inline]] inline bool forward_usual(Turn& turn, UsualHop& hop, Burst& burst,
                                                 std::size_t i, const UsualInner& inner) {
  std::uint8_t* const ip = inner.bytes.data();
  if (inner.bytes.size() < sizeof(Ipv4Header)) return false;
  if (load_field(ip, &Ipv4Header::version_ihl) != Ipv4Header{}.version_ihl) return false;
  if ((load_field(ip, &Ipv4Header::tos) & 3) != burst.ecn[i]) return false;
  const SessionView& view = inner.view;
  const std::uint16_t length = load_field(ip, &Ipv4Header::length);
  if (length < sizeof(Ipv4Header) || length > inner.bytes.size() || length > view.tunnel_mtu) {
    return false;
  }
  if (!is_same_v4(view.inner_v4, load_field(ip, &Ipv4Header::source))) return false;
  const std::uint32_t destination =
      load<BigEndian<std::uint32_t>>(ip + offsetof(Ipv4Header, destination));
  const DestinationsV4& destinations = turn.usual.destinations;
  if (!destinations.is_beyond(destination)) return false;
  if (may_be_routed(turn.plane, destination)) return false;
  const std::uint32_t hop_address = destinations.hop_towards(destination);
  if (hop_address != hop.address && !lead_to(hop, hop_address, turn)) [[unlikely]]
    return false;
  forward_to(hop.out, burst, i, inner.record, inner.bytes.first(length));
  return true;
}

}  // namespace jvpn
