// SPDX-License-Identifier: Apache-2.0
// What a stage may use besides the burst itself: what is fixed for the plane, what is this worker's
// own, and the time of this turn.
#pragma once

#include <rte_mempool.h>
#include <rte_ring.h>

#include <atomic>
#include <span>
#include <vector>

#include "crypto/aead.h"
#include "dataplane/control_budget.h"
#include "dataplane/destinations_v4.h"
#include "dataplane/frame_shape.h"
#include "dataplane/link.h"
#include "dataplane/neighbours.h"
#include "dataplane/underlay_v4.h"
#include "dataplane/worker_counters.h"
#include "session/core/rate_bucket.h"
#include "session/shared/address_pool.h"
#include "session/shared/mailbox.h"
#include "session/shared/session_table.h"

namespace jvpn {

class HoldBuffers;
class Routes;

/// Fixed before the first packet, save the serving deadline, and shared by all workers; what the
/// pointers lead to is lock-free.
struct PlaneFacts {
  std::vector<Link> links;  ///< underlays, then the plaintext port
  std::uint8_t workers = 1;
  std::uint16_t tunnel_mtu = 0;
  SessionTable* table = nullptr;
  const AddressPool* pool_v4 = nullptr;  ///< null: none
  const AddressPool* pool_v6 = nullptr;
  const Routes* routes = nullptr;  ///< to sessions, beside the pools; null: none
  Neighbours* neighbours = nullptr;
  std::vector<rte_mempool*>
      buffers;  ///< by worker: near its core, and what its queues receive into
  /// handover[(from * workers + to) * links + link]: single producer, single consumer.
  std::vector<rte_ring*> handover;

  /// Until when this node may act for its sessions, in the workers' clock. Written by control,
  /// relaxed (DataPlane::set_serving_deadline); read by workers, relaxed: a number on its own, and
  /// the margin for one burst is in it.
  std::atomic<std::int64_t> serving_until_ns{INT64_MAX};

  bool is_serving(Instant now) const {
    return now.ns < serving_until_ns.load(std::memory_order_relaxed);
  }
  const Link& plaintext() const { return links.back(); }
  rte_ring* handover_ring(std::uint8_t from, std::uint8_t to, std::uint8_t link) const {
    return handover[(std::size_t{from} * workers + to) * links.size() + link];
  }
  const AddressPool* pool_of(const IpAddress& address) const {
    return address.is_v4() ? pool_v4 : pool_v6;
  }
};

/// What follows from the facts, ready for comparisons: each worker has its own.
struct UsualPackets {
  std::array<FrameShape, kMaxLinks> shapes;     ///< by link
  std::array<UnderlayV4, kMaxLinks> underlays;  ///< by link; the plaintext port leads nowhere
  DestinationsV4 destinations;

  explicit UsualPackets(const PlaneFacts& plane);
};

/// The way of the last sealed IPv4 packet that had to be looked for.
struct LastWay {
  std::uint8_t link = 0;
  std::uint32_t hop = 0;                        ///< address of the neighbour, host order
  std::uint16_t neighbour = Neighbours::kNone;  ///< its index; kNone: there was none yet
};

struct Turn {
  const PlaneFacts& plane;
  std::uint8_t worker;
  Mailbox& mailbox;
  AeadEngine& engine;
  WorkerCounters& counters;
  Bytes<16> nonce_key;           ///< of this worker's heartbeat nonces
  HoldBuffers* holds = nullptr;  ///< null: nothing is held
  ControlBudget control{nonce_key};
  RateBucket errors{};     ///< ICMP errors that may be sent
  RateBucket dead_tags{};  ///< tags of ended sessions that control hears of
  Instant now{};
  bool serving = true;                         ///< this node may act for its sessions, as of `now`
  std::uint16_t last_hop = Neighbours::kNone;  ///< index of the neighbour that was found last
  LastWay last_way{};
  std::uint16_t next_ip_id = 0;                          ///< of control's datagrams
  const std::size_t underlays = plane.links.size() - 1;  ///< what a view may name
  UsualPackets usual{plane};
};

}  // namespace jvpn
