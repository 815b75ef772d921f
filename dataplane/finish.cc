// SPDX-License-Identifier: Apache-2.0
#include "dataplane/finish.h"

#include <rte_ethdev.h>

namespace jvpn {
namespace {

PacketSet leaving_by(const Link& out, const Burst& burst) {
  const PacketSet leaving = burst.with(Verdict::forwarded) | burst.with(Verdict::answered);
  return leaving & PacketSet::where(burst.out, out.index, burst.size);
}

void hand_over(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.with(Verdict::handed_over)) {
    rte_ring* ring = turn.plane.handover_ring(turn.worker, burst.owner[i], link.index);
    // Release (in the ring) of the frame's bytes; partner: dequeue in Worker::take_over.
    if (rte_ring_sp_enqueue(ring, burst.frame[i]) != 0) burst.verdict[i] = Verdict::handover_full;
  }
}

/// The usual end: the array that was received is the one to transmit.
void transmit_all_by(Turn& turn, const Link& out, Burst& burst) {
  const std::size_t sent = transmit(turn, out, std::span(burst.frame).first(burst.size));
  for (std::size_t i = sent; i < burst.size; ++i) burst.verdict[i] = Verdict::tx_full;
}

void transmit_by(Turn& turn, const Link& out, Burst& burst) {
  const PacketSet leaving = leaving_by(out, burst);
  if (leaving == burst.all()) return transmit_all_by(turn, out, burst);
  std::array<rte_mbuf*, kBurst> frames;
  std::array<std::size_t, kBurst> packet;
  std::size_t count = 0;
  for (const std::size_t i : leaving) {
    frames[count] = burst.frame[i];
    packet[count++] = i;
  }
  if (count == 0) return;
  const std::size_t sent = transmit(turn, out, std::span(frames).first(count));
  for (std::size_t k = sent; k < count; ++k) burst.verdict[packet[k]] = Verdict::tx_full;
}

bool is_still_ours(Verdict verdict) {
  const bool used = verdict == Verdict::punted || verdict == Verdict::absorbed;
  return used || verdict == Verdict::held || is_dropped(verdict);
}

}  // namespace

void withhold(Burst& burst) {
  for (const std::size_t i : burst.in(Lane::carried)) burst.settle(i, Verdict::not_serving);
}

std::uint16_t transmit(Turn& turn, const Link& link, std::span<rte_mbuf*> frames) {
  const std::uint16_t sent = rte_eth_tx_burst(link.device, turn.worker, frames.data(),
                                              static_cast<std::uint16_t>(frames.size()));
  turn.counters.tx[link.index].add(sent);
  return sent;
}

void finish(Turn& turn, const Link& link, Burst& burst) {
  hand_over(turn, link, burst);
  for (const Link& out : turn.plane.links) transmit_by(turn, out, burst);
  const PacketSet forwarded = burst.with(Verdict::forwarded);
  turn.counters.of(Verdict::forwarded).add(forwarded.size());
  for (const std::size_t i : burst.all().without(forwarded)) {
    if (burst.verdict[i] != Verdict::held) turn.counters.of(burst.verdict[i]).add(1);
    if (is_still_ours(burst.verdict[i])) rte_pktmbuf_free(burst.frame[i]);
  }
}

}  // namespace jvpn
