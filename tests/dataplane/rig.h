// SPDX-License-Identifier: Apache-2.0
// Real workers over ring devices: a test puts frames into the receive rings, turns the workers, and
// takes out what they sent. Time is a variable. After every turn each worker's books must balance:
// received + taken over == sum of verdicts, what is held among them.
//
//   underlay 0 (198.51.100.1/24, 2001:db8::1/64, port 51820)   peers by next hop .254 / ::fe
//   plaintext  (10.99.0.1/24, fd99::1/64)                      next hop 10.99.0.2 / fd99::2
//   pools      10.77.0.0/16, fd77::/112
#pragma once

#include <rte_mempool.h>
#include <rte_ring.h>

#include <map>
#include <memory>

#include "dataplane/hold_buffers.h"
#include "dataplane/neighbour_upkeep.h"
#include "dataplane/worker.h"
#include "tunnel_peer.h"

namespace jvpn::test {

inline constexpr EtherAddress kOurUnderlayMac{2, 0, 0, 0, 0, 1};
inline constexpr EtherAddress kOurPlaintextMac{2, 0, 0, 0, 0, 2};
inline constexpr EtherAddress kRouterMac{2, 0, 0, 0, 1, 1};  ///< next hop of the underlay
inline constexpr EtherAddress kServerMac{2, 0, 0, 0, 1, 2};  ///< next hop of the plaintext port

class Rig {
 public:
  static constexpr std::uint8_t kUnderlay = 0;
  static constexpr std::uint8_t kPlaintext = 1;
  static constexpr Mailbox::Shape kMailboxShape{8, 8, 8};
  static constexpr std::uint32_t kHoldPackets = 24;  ///< per worker

  explicit Rig(std::uint8_t workers = 1);
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;
  ~Rig();  ///< checks that every buffer came back

  /// A session bound to `bound`, its addresses in the pools, its template resolved.
  void attach(TunnelPeer& peer, const Endpoint& bound, std::uint8_t worker = 0);
  void attach(TunnelPeer& peer, const SessionView& view, std::uint8_t worker = 0);
  SessionView view_of(const TunnelPeer& peer, const Endpoint& bound) const;
  OuterTemplate outer_to(const Endpoint& peer);

  /// Frames wait in the receive ring until the worker's next turn.
  void arrive(std::uint8_t link, ByteView frame, std::uint8_t queue = 0);
  /// The same in a chain of two buffers.
  void arrive_segmented(std::uint8_t link, ByteView frame);
  /// The device took this VLAN tag off the frame.
  void arrive_stripped(std::uint8_t link, ByteView frame, std::uint16_t vlan);
  void arrive_datagram(const Endpoint& from, ByteView payload, std::uint8_t queue = 0,
                       const IpOptions& options = {});
  void arrive_plaintext(ByteView packet, std::uint8_t queue = 0);
  std::size_t turn(std::uint8_t worker = 0);
  /// Everything sent on a link since the last call, by all workers.
  std::vector<Packet> sent(std::uint8_t link);
  /// One turn, then the only frame sent on `link`; fails the test when there is not exactly one.
  Packet turn_and_take(std::uint8_t link);
  std::vector<PuntCell> punted(PuntClass kind, std::uint8_t worker = 0);

  std::uint64_t count(Verdict verdict) const;
  /// Verdicts given since the last call, the ones never given left out; `held`: how many are now.
  std::map<Verdict, std::uint64_t> new_verdicts();
  const WorkerCounters& counters(std::uint8_t worker = 0) const {
    return workers_[worker]->counters();
  }
  TableRecord& record(const TunnelPeer& peer) { return *table->record(peer.tag); }
  /// One pool for all workers.
  rte_mempool* buffers() { return facts.buffers.front(); }
  HealthSample health(const TunnelPeer& peer) { return *table->sample(peer.tag); }

  std::vector<std::unique_ptr<std::uint8_t[]>> memory;  ///< of what follows: outlives it
  Instant now{1'000'000'000};
  Duration now_steps{};  ///< by which time goes on at each look of a worker
  PlaneFacts facts;
  Neighbours neighbours;
  std::optional<SessionTable> table;
  std::optional<AddressPool> pool_v4;
  std::optional<AddressPool> pool_v6;
  std::vector<Mailbox> mailboxes;
  std::vector<std::unique_ptr<HoldBuffers>> holds;  ///< by worker

 private:
  static Instant look_at_clock(const void* rig);
  struct FreeRing {
    void operator()(rte_ring* ring) const { rte_ring_free(ring); }
  };
  using RingPointer = std::unique_ptr<rte_ring, FreeRing>;
  rte_mbuf* buffer_with(ByteView bytes);
  rte_ring* new_ring(unsigned frames);
  Link make_link(std::uint8_t index);
  void make_links();
  void resolve_next_hops(const Link& link, const EtherAddress& mac);
  void make_memory();
  void make_workers();
  void check_books() const;
  rte_ring* ring_of(const std::vector<rte_ring*>& rings, std::uint8_t link,
                    std::uint8_t queue) const {
    return rings[std::size_t{link} * facts.workers + queue];
  }

  std::vector<RingPointer> rings_;
  std::vector<rte_ring*> receive_;  ///< [link * workers + queue]
  std::vector<rte_ring*> transmit_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::map<Verdict, std::uint64_t> seen_;
  unsigned buffer_count_ = 0;
};

}  // namespace jvpn::test

namespace jvpn {
inline void PrintTo(Verdict verdict, std::ostream* out) {
  *out << to_string(verdict);
}
}  // namespace jvpn
