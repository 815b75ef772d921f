// SPDX-License-Identifier: Apache-2.0
// What DataPlane holds; private to plane*.cc. Members are in the order in which they come to life,
// and end in the reverse.
#pragma once

#include <rte_malloc.h>

#include <deque>
#include <map>
#include <optional>

#include "dataplane/device.h"
#include "dataplane/doze.h"
#include "dataplane/eal.h"
#include "dataplane/hold_buffers.h"
#include "dataplane/lcores.h"
#include "dataplane/neighbour_upkeep.h"
#include "dataplane/plane.h"
#include "dataplane/port.h"
#include "dataplane/routes.h"
#include "dataplane/steering.h"
#include "dataplane/worker.h"

namespace jvpn {

struct DpdkFree {
  void operator()(std::uint8_t* memory) const { rte_free(memory); }
};
/// Memory of the hugepages, or of what stands in for them.
using DpdkMemory = std::unique_ptr<std::uint8_t[], DpdkFree>;

struct PoolFree {
  void operator()(rte_mempool* pool) const { rte_mempool_free(pool); }
};
using BufferPool = std::unique_ptr<rte_mempool, PoolFree>;
struct RingFree {
  void operator()(rte_ring* ring) const { rte_ring_free(ring); }
};
using Ring = std::unique_ptr<rte_ring, RingFree>;

/// What a worker spent its time on.
struct WorkerLoad {
  std::uint64_t busy_ns = 0;
  std::uint64_t idle_ns = 0;
  std::uint64_t asleep_ns = 0;
};

/// A datagram of control that waits for its next hop's MAC.
struct HeldDatagram {
  std::uint8_t underlay = 0;
  Endpoint peer;
  std::vector<std::uint8_t> payload;
  Instant until;
};

struct DataPlane::State {
  static constexpr std::size_t kMaxHeld = 64;
  static constexpr Duration kHoldTime = std::chrono::seconds(1);

  PlaneConfig config;
  std::vector<DeviceText> devices;  ///< in the order of links
  std::vector<std::string> warnings;
  std::optional<Eal> eal;
  std::vector<int> worker_sockets;  ///< NUMA, by worker
  std::map<int, BufferPool> pools;  ///< by NUMA socket
  std::vector<Port> ports;
  std::vector<PortSteering> steering;  ///< by link
  std::vector<Ring> rings;
  std::vector<DpdkMemory> memory;
  std::vector<std::unique_ptr<HoldBuffers>> holds;  ///< by worker; empty: nothing is held
  std::optional<TscClock> clock;
  std::optional<SessionTable> table;
  std::vector<Mailbox> mailboxes;
  std::optional<AddressPool> pool_v4;
  std::optional<AddressPool> pool_v6;
  std::unique_ptr<Routes> routes;  ///< null: none
  PlaneFacts facts;
  std::unique_ptr<Neighbours> neighbours = std::make_unique<Neighbours>();
  NeighbourUpkeep upkeep{facts.links, *neighbours};
  std::vector<HeldDatagram> held;
  std::uint64_t sends_lost = 0;
  Instant last_step{0};
  std::vector<WorkerLoad> load_marked;  ///< by worker: at the last full second
  std::vector<WorkerLoad> load_recent;  ///< within it
  Instant next_load_mark{0};
  Instant next_shared{0};             ///< what workers read is written then, see tend_shared()
  std::optional<DozePlan> doze_plan;  ///< none: workers poll
  std::vector<std::unique_ptr<Bell>> bells;  ///< by worker; empty: workers poll
  std::vector<std::unique_ptr<Doze>> dozes;
  std::vector<std::unique_ptr<Worker>> workers;
  std::deque<Launch> launches;
  std::atomic<bool> stopping{false};
  bool running = false;

  // The steps of start(), in order.
  Result<void> check();
  Result<void> check_interfaces();
  Result<void> start_eal();
  Result<void> make_buffers();
  Result<void> open_ports();
  Result<void> steer_ports();
  Result<void> set_up_taps();
  Result<void> lay_out_memory();
  Result<void> plan_sleep();
  Result<void> make_workers();

  const PortConfig& port_config(std::size_t link) const {
    return link < config.underlays.size() ? config.underlays[link] : config.plaintext;
  }
  std::size_t link_count() const { return config.underlays.size() + 1; }
  std::uint8_t worker_count() const {
    return static_cast<std::uint8_t>(config.worker_cores.size());
  }
  Link make_link(std::size_t index) const;
  /// What `make(socket)` makes near that NUMA socket, else anywhere, which is worth a warning.
  template <class Make>
  auto make_near(int socket, const char* what, Make make) -> decltype(make(socket)) {
    auto made = make(socket);
    if (made || socket == kAnySocket) return made;
    made = make(kAnySocket);
    if (made) {
      warnings.push_back("no room for the " + std::string(what) + " on NUMA socket " +
                         std::to_string(socket) + ": it lies on another");
    }
    return made;
  }
  Result<ByteSpan> take_memory(const char* what, std::size_t size, int socket);
  Result<void> make_pool(const IpPrefix& prefix, std::optional<AddressPool>& out);
  Result<void> make_routes();
  Result<void> make_rings();
  Result<void> make_holds();

  // Of report() and counters().
  std::string port_name(std::size_t link) const;
  WorkerReport report_of(std::uint8_t worker) const;
  void mark_load(Instant now);
  std::string judged(std::size_t link) const;
  void count_worker(std::uint8_t worker, std::map<std::string, std::uint64_t>& out) const;

  // Of step() and send().
  void tend_shared(Instant now);
  void take_neighbour_punts(Mailbox& mailbox);
  void send_frames(const std::vector<NeighbourFrame>& frames);
  void send_held(Instant now);
  bool inject(std::uint8_t underlay, const Endpoint& peer, ByteView payload);
  /// Hands a filled cell to worker 0, and wakes it.
  void post(InjectCell* cell);
};

}  // namespace jvpn
