// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbour_answer.h"

#include "dataplane/address_owner.h"
#include "dataplane/neighbour_frames.h"
#include "dataplane/punt.h"

namespace jvpn {
namespace {

bool answers_for(const Turn& turn, const Link& link, const IpAddress& target) {
  if (link.is_own(target)) return true;
  return link.plaintext && is_a_clients(turn.plane, target);
}

/// The frame becomes `answer` and leaves where it came in.
Verdict replace(Burst& burst, std::size_t i, const NeighbourFrame& answer) {
  rte_mbuf* const frame = burst.frame[i];
  const std::size_t had = rte_pktmbuf_data_len(frame);
  if (had > answer.size) {
    rte_pktmbuf_trim(frame, static_cast<std::uint16_t>(had - answer.size));
  } else if (rte_pktmbuf_append(frame, static_cast<std::uint16_t>(answer.size - had)) == nullptr) {
    return Verdict::no_room;
  }
  std::memcpy(frame_bytes(frame).data(), answer.bytes.data(), answer.size);
  burst.leave(i, answer.link, Verdict::answered);
  return Verdict::answered;
}

Verdict answer_arp(Turn& turn, const Link& link, Burst& burst, std::size_t i) {
  const auto arp = load<ArpPacket>(burst.payload[i]);
  if (!arp.is_ethernet_ipv4() || is_group(arp.sender_mac)) return Verdict::neighbour_ignored;
  const bool question = arp.operation.value() == ArpPacket::kRequest;
  if (question && answers_for(turn, link, IpAddress::v4(arp.target))) {
    return replace(burst, i, write_arp_answer(link, arp));
  }
  const bool announcement = arp.sender == arp.target;
  if (question && !announcement) return Verdict::neighbour_ignored;
  return punt_neighbour(turn, link, burst, i);
}

Verdict answer_discovery(Turn& turn, const Link& link, Burst& burst, std::size_t i) {
  const auto packet = read_neighbour_packet(burst.payload_of(i));
  if (!packet) return Verdict::neighbour_ignored;
  if (!packet->is_question) return punt_neighbour(turn, link, burst, i);
  // Without a source somebody probes whether the address is free (RFC 4862): control's matter, none
  // of ours to defend here.
  const bool ours = answers_for(turn, link, packet->target) && !packet->source.is_unset();
  if (!ours) return Verdict::neighbour_ignored;
  const EtherAddress sender = load<EthernetHeader>(frame_bytes(burst.frame[i]).data()).source;
  const EtherAddress& to = packet->mac == EtherAddress{} ? sender : packet->mac;
  return replace(burst, i, write_advertisement(link, packet->target, {to, packet->source}));
}

}  // namespace

void answer_neighbours(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::arp) | burst.in(Lane::neighbour)) {
    const Verdict verdict = burst.lane[i] == Lane::arp ? answer_arp(turn, link, burst, i)
                                                       : answer_discovery(turn, link, burst, i);
    if (verdict != Verdict::answered) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
