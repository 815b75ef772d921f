// SPDX-License-Identifier: Apache-2.0
// How a rig is put together, and taken apart.
#include "rig.h"

#include <gtest/gtest.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>

#include <stdexcept>

#include "eal_environment.h"

namespace jvpn::test {
namespace {

constexpr unsigned kRingFrames = 128;
constexpr unsigned kBuffers = 1023;

const auto* const kEal = testing::AddGlobalTestEnvironment(new EalEnvironment);

unsigned next_number() {
  static unsigned number = 0;
  return number++;
}

}  // namespace

Rig::Rig(std::uint8_t workers) : buffer_count_(kBuffers) {
  facts.workers = workers;
  facts.tunnel_mtu = 1420;
  const std::string name = "rig" + std::to_string(next_number());
  facts.buffers.assign(
      workers, rte_pktmbuf_pool_create(name.c_str(), kBuffers, 0, 0, 4096 + RTE_PKTMBUF_HEADROOM,
                                       SOCKET_ID_ANY));
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

Link Rig::make_link(std::uint8_t index) {
  for (std::uint8_t queue = 0; queue < facts.workers; ++queue) {
    receive_.push_back(new_ring(kRingFrames));
    transmit_.push_back(new_ring(kRingFrames));
  }
  const std::string name = "rig_port" + std::to_string(next_number());
  const std::size_t first = std::size_t{index} * facts.workers;
  const int device = rte_eth_from_rings(name.c_str(), &receive_[first], facts.workers,
                                        &transmit_[first], facts.workers, 0);
  if (device < 0) throw std::runtime_error("no ring device");
  Link made;
  made.device = static_cast<std::uint16_t>(device);
  made.index = index;
  made.plaintext = index == kPlaintext;
  const rte_eth_conf plain{};
  rte_eth_dev_configure(made.device, facts.workers, facts.workers, &plain);
  for (std::uint8_t queue = 0; queue < facts.workers; ++queue) {
    rte_eth_rx_queue_setup(made.device, queue, kRingFrames, 0, nullptr, buffers());
    rte_eth_tx_queue_setup(made.device, queue, kRingFrames, 0, nullptr);
  }
  rte_eth_dev_start(made.device);
  return made;
}

void Rig::make_links() {
  for (const std::uint8_t index : {kUnderlay, kPlaintext}) facts.links.push_back(make_link(index));
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
  resolve_next_hops(underlay, kRouterMac);
  resolve_next_hops(plaintext, kServerMac);
}

void Rig::resolve_next_hops(const Link& link, const EtherAddress& mac) {
  neighbours.resolve(neighbours.reserve(link.index, link.next_hop), mac);
  neighbours.resolve(neighbours.reserve(link.index, link.next_hop6), mac);
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
    const WorkerSetup setup{i, &mailboxes[i], WorkerClock{look_at_clock, this}, Bytes<16>{i},
                            holds.back().get()};
    workers_.push_back(std::make_unique<Worker>(facts, setup, std::move(*AeadEngine::create())));
    table->reader_online(i);
  }
}

Rig::~Rig() {
  for (const auto& ring : rings_) {
    void* frame = nullptr;
    while (rte_ring_dequeue(ring.get(), &frame) == 0) {
      rte_pktmbuf_free(static_cast<rte_mbuf*>(frame));
    }
  }
  EXPECT_EQ(rte_mempool_avail_count(buffers()), buffer_count_)
      << "a buffer was lost or freed twice";
  for (std::uint8_t i = 0; i < facts.workers; ++i) table->reader_offline(i);
  for (const Link& link : facts.links) {
    rte_eth_dev_stop(link.device);
    rte_eth_dev_close(link.device);
  }
  rte_mempool_free(buffers());
}

}  // namespace jvpn::test
