// SPDX-License-Identifier: Apache-2.0
#include "rig.h"

#include <gtest/gtest.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <sched.h>

#include <stdexcept>

#include "dataplane/eal.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

constexpr unsigned kRingFrames = 128;
constexpr unsigned kBuffers = 1023;

/// EAL for the whole test program, without hugepages, privileges and buses.
class EalEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    cpu_set_t cores;
    sched_getaffinity(0, sizeof cores, &cores);
    EalRequest request;
    while (!CPU_ISSET(request.control_core, &cores)) ++request.control_core;
    request.memory_mb = 64;
    request.hugepages = Hugepages::off;
    auto started = Eal::start(request);
    if (!started) throw std::runtime_error(started.error().what);
    eal_.emplace(std::move(*started));
  }
  void TearDown() override { eal_.reset(); }

 private:
  std::optional<Eal> eal_;
};

const auto* const kEal = testing::AddGlobalTestEnvironment(new EalEnvironment);

unsigned next_number() {
  static unsigned number = 0;
  return number++;
}

Packet take_bytes(rte_mbuf* frame) {
  EXPECT_EQ(frame->nb_segs, 1);
  const ByteSpan bytes = frame_bytes(frame);
  Packet out(bytes.begin(), bytes.end());
  rte_pktmbuf_free(frame);
  return out;
}

}  // namespace

Rig::Rig(std::uint8_t workers) : buffers_(kBuffers) {
  facts.workers = workers;
  facts.tunnel_mtu = 1420;
  const std::string name = "rig" + std::to_string(next_number());
  facts.buffers = rte_pktmbuf_pool_create(name.c_str(), kBuffers, 0, 0, 4096 + RTE_PKTMBUF_HEADROOM,
                                          SOCKET_ID_ANY);
  make_links();
  make_memory();
  make_workers();
}

rte_ring* Rig::new_ring(unsigned frames) {
  const std::string name = "rig_ring" + std::to_string(next_number());
  rings_.emplace_back(
      rte_ring_create(name.c_str(), frames, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ));
  return rings_.back().get();
}

void Rig::make_links() {
  for (std::uint8_t link = 0; link < 2; ++link) {
    for (std::uint8_t queue = 0; queue < facts.workers; ++queue) {
      receive_.push_back(new_ring(kRingFrames));
      transmit_.push_back(new_ring(kRingFrames));
    }
    const std::string name = "rig_port" + std::to_string(next_number());
    const std::size_t first = std::size_t{link} * facts.workers;
    const int device = rte_eth_from_rings(name.c_str(), &receive_[first], facts.workers,
                                          &transmit_[first], facts.workers, 0);
    if (device < 0) throw std::runtime_error("no ring device");
    Link made;
    made.device = static_cast<std::uint16_t>(device);
    made.index = link;
    made.plaintext = link == kPlaintext;
    facts.links.push_back(made);
    const rte_eth_conf plain{};
    rte_eth_dev_configure(made.device, facts.workers, facts.workers, &plain);
    for (std::uint8_t queue = 0; queue < facts.workers; ++queue) {
      rte_eth_rx_queue_setup(made.device, queue, kRingFrames, 0, nullptr, facts.buffers);
      rte_eth_tx_queue_setup(made.device, queue, kRingFrames, 0, nullptr);
    }
    rte_eth_dev_start(made.device);
  }
  Link& underlay = facts.links[kUnderlay];
  underlay.mac = kOurUnderlayMac;
  underlay.address = on_link("198.51.100.1/24");
  underlay.address6 = on_link("2001:db8::1/64");
  underlay.next_hop = address("198.51.100.254");
  underlay.next_hop6 = address("2001:db8::fe");
  underlay.udp_port = 51820;
  Link& plaintext = facts.links[kPlaintext];
  plaintext.mac = kOurPlaintextMac;
  plaintext.address = on_link("10.99.0.1/24");
  plaintext.address6 = on_link("fd99::1/64");
  plaintext.next_hop = address("10.99.0.2");
  plaintext.next_hop6 = address("fd99::2");
  const auto resolve = [this](std::uint8_t link, const IpAddress& hop, const EtherAddress& mac) {
    neighbours.resolve(neighbours.reserve(link, hop), mac);
  };
  resolve(kUnderlay, underlay.next_hop, kRouterMac);
  resolve(kUnderlay, underlay.next_hop6, kRouterMac);
  resolve(kPlaintext, plaintext.next_hop, kServerMac);
  resolve(kPlaintext, plaintext.next_hop6, kServerMac);
}

void Rig::make_memory() {
  const auto take = [this](std::size_t size) {
    memory.push_back(std::make_unique<std::uint8_t[]>(size + 63));
    void* at = memory.back().get();
    std::size_t space = size + 63;
    return ByteSpan(static_cast<std::uint8_t*>(std::align(64, size, at, space)), size);
  };
  const TableShape shape{16, facts.workers, 1};
  table.emplace(std::move(*SessionTable::create(take(SessionTable::memory_size(shape)), shape)));
  for (std::uint8_t i = 0; i < facts.workers; ++i) {
    mailboxes.push_back(
        std::move(*Mailbox::create(take(Mailbox::memory_size(kMailboxShape)), kMailboxShape)));
  }
  pool_v4.emplace(std::move(*AddressPool::create(*parse_prefix("10.77.0.0/16"))));
  pool_v6.emplace(std::move(*AddressPool::create(*parse_prefix("fd77::/112"))));
  facts.table = &*table;
  facts.neighbours = &neighbours;
  facts.pool_v4 = &*pool_v4;
  facts.pool_v6 = &*pool_v6;
}

void Rig::make_workers() {
  for (int i = 0; i < facts.workers * facts.workers * 2; ++i) {
    facts.handover.push_back(new_ring(8));
  }
  for (std::uint8_t i = 0; i < facts.workers; ++i) {
    const std::string name = "rig_hold" + std::to_string(next_number());
    holds.push_back(std::move(*HoldBuffers::create(name, kHoldPackets, 1420 + kDataOverhead)));
    const WorkerSetup setup{i,           &mailboxes[i], WorkerClock{look_at_clock, this},
                            Power::poll, Bytes<16>{i},  holds.back().get()};
    workers_.push_back(std::make_unique<Worker>(facts, setup, std::move(*AeadEngine::create())));
    table->reader_online(i);
  }
}

Instant Rig::look_at_clock(const void* rig) {
  Rig& self = *const_cast<Rig*>(static_cast<const Rig*>(rig));
  const Instant seen = self.now;
  self.now = self.now + self.now_steps;
  return seen;
}

Rig::~Rig() {
  for (const auto& ring : rings_) {
    void* frame = nullptr;
    while (rte_ring_dequeue(ring.get(), &frame) == 0) {
      rte_pktmbuf_free(static_cast<rte_mbuf*>(frame));
    }
  }
  EXPECT_EQ(rte_mempool_avail_count(facts.buffers), buffers_) << "a buffer was lost or freed twice";
  for (std::uint8_t i = 0; i < facts.workers; ++i) table->reader_offline(i);
  for (const Link& link : facts.links) {
    rte_eth_dev_stop(link.device);
    rte_eth_dev_close(link.device);
  }
  rte_mempool_free(facts.buffers);
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
  rte_mbuf* buffer = rte_pktmbuf_alloc(facts.buffers);
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
