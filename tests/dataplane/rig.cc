// SPDX-License-Identifier: Apache-2.0
#include "rig.h"

#include <gtest/gtest.h>

#include "dataplane/outer.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

Packet take_bytes(rte_mbuf* frame) {
  EXPECT_EQ(frame->nb_segs, 1);
  const ByteSpan bytes = frame_bytes(frame);
  Packet out(bytes.begin(), bytes.end());
  rte_pktmbuf_free(frame);
  return out;
}

}  // namespace

Instant Rig::look_at_clock(const void* rig) {
  Rig& self = *const_cast<Rig*>(static_cast<const Rig*>(rig));
  const Instant seen = self.now;
  self.now = self.now + self.now_steps;
  return seen;
}

SessionView Rig::view_of(const TunnelPeer& peer, const Endpoint& bound) const {
  SessionView view = peer.make_view();
  view.bound = bound;
  view.inner_v4 = address("10.77.0.2");
  view.inner_v6 = address("fd77::2");
  return view;
}

OuterTemplate Rig::outer_to(const Endpoint& peer) {
  if (peer.is_unset()) return OuterTemplate{};
  const Link& link = facts.links[kUnderlay];
  return build_outer(link, peer, neighbours.reserve(kUnderlay, link.hop_towards(peer.address)));
}

void Rig::attach(TunnelPeer& peer, const Endpoint& bound, std::uint8_t worker) {
  attach(peer, view_of(peer, bound), worker);
}

void Rig::attach(TunnelPeer& peer, const SessionView& view, std::uint8_t worker) {
  peer.install(*table, worker, view, outer_to(view.bound));
  const std::uint32_t slot = GatewayTag::unpack(peer.tag).slot;
  if (!view.inner_v4.is_unset()) pool_v4->assign(view.inner_v4, slot);
  if (!view.inner_v6.is_unset()) pool_v6->assign(view.inner_v6, slot);
}

rte_mbuf* Rig::buffer_with(ByteView bytes) {
  rte_mbuf* buffer = rte_pktmbuf_alloc(buffers());
  char* at = rte_pktmbuf_append(buffer, static_cast<std::uint16_t>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(at));
  return buffer;
}

void Rig::arrive(std::uint8_t link, ByteView frame, std::uint8_t queue) {
  ASSERT_EQ(rte_ring_enqueue(ring_of(receive_, link, queue), buffer_with(frame)), 0);
}

void Rig::arrive_segmented(std::uint8_t link, ByteView frame) {
  rte_mbuf* first = buffer_with(frame.first(40));
  ASSERT_EQ(rte_pktmbuf_chain(first, buffer_with(frame.subspan(40))), 0);
  ASSERT_EQ(rte_ring_enqueue(ring_of(receive_, link, 0), first), 0);
}

void Rig::arrive_stripped(std::uint8_t link, ByteView frame, std::uint16_t vlan) {
  rte_mbuf* buffer = buffer_with(frame);
  buffer->ol_flags |= RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
  buffer->vlan_tci = vlan;
  ASSERT_EQ(rte_ring_enqueue(ring_of(receive_, link, 0), buffer), 0);
}

void Rig::arrive_datagram(const Endpoint& from, ByteView payload, std::uint8_t queue,
                          const IpOptions& options) {
  const Link& link = facts.links[kUnderlay];
  const Endpoint to{link.own(from.address.is_v4()), link.udp_port};
  arrive(kUnderlay, frame_of(udp_packet(from, to, payload, options), kRouterMac, link.mac), queue);
}

void Rig::arrive_plaintext(ByteView packet, std::uint8_t queue) {
  arrive(kPlaintext, frame_of(packet, kServerMac, kOurPlaintextMac), queue);
}

std::size_t Rig::turn(std::uint8_t worker) {
  const std::size_t handled = workers_[worker]->turn();
  check_books();
  return handled;
}

void Rig::check_books() const {
  for (const auto& worker : workers_) {
    const WorkerCounters& books = worker->counters();
    std::uint64_t in = books.taken_over.sample();
    for (const OwnedCount& link : books.rx) in += link.sample();
    std::uint64_t out = 0;
    for (const OwnedCount& verdict : books.verdicts) out += verdict.sample();
    EXPECT_EQ(in, out);
    EXPECT_EQ(books.verdicts[static_cast<std::size_t>(Verdict::undecided)].sample(), 0u);
  }
}

std::vector<Packet> Rig::sent(std::uint8_t link) {
  std::vector<Packet> out;
  for (std::uint8_t queue = 0; queue < facts.workers; ++queue) {
    void* frame = nullptr;
    while (rte_ring_dequeue(ring_of(transmit_, link, queue), &frame) == 0) {
      out.push_back(take_bytes(static_cast<rte_mbuf*>(frame)));
    }
  }
  return out;
}

Packet Rig::turn_and_take(std::uint8_t link) {
  turn();
  std::vector<Packet> frames = sent(link);
  EXPECT_EQ(frames.size(), 1u);
  return frames.size() == 1 ? frames[0] : Packet(128);
}

std::vector<PuntCell> Rig::punted(PuntClass kind, std::uint8_t worker) {
  std::array<PuntCell*, 16> cells;
  const std::size_t count = mailboxes[worker].take_punted(kind, cells);
  std::vector<PuntCell> out;
  for (PuntCell* cell : std::span(cells).first(count)) out.push_back(*cell);
  mailboxes[worker].done(std::span(cells).first(count));
  return out;
}

std::uint64_t Rig::count(Verdict verdict) const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) {
    sum += worker->counters().verdicts[static_cast<std::size_t>(verdict)].sample();
  }
  return sum;
}

std::map<Verdict, std::uint64_t> Rig::new_verdicts() {
  std::map<Verdict, std::uint64_t> out;
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const std::uint64_t news = count(verdict) - seen_[verdict];
    if (verdict != Verdict::held) seen_[verdict] += news;
    if (news != 0) out[verdict] = news;
  }
  return out;
}

}  // namespace jvpn::test
