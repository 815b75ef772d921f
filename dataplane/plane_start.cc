// SPDX-License-Identifier: Apache-2.0
// The steps of DataPlane::start(): everything that can fail, before the first packet.
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "crypto/random.h"
#include "dataplane/kernel_interface.h"
#include "dataplane/plane_state.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

constexpr std::uint32_t kBuffersPerWorker = 8192;
constexpr std::uint32_t kBuffersPerLink = 2048;
constexpr unsigned kBufferCache = 256;
constexpr unsigned kHandoverFrames = 512;

std::vector<IpAddress> own_addresses(const PortConfig& port) {
  return {port.address.address, port.address6.address};
}

/// A TAP's kernel end has the port's MAC; ours must be another for the kernel to take our answers.
EtherAddress router_mac(const DeviceText& device, EtherAddress mac) {
  if (device.is_tap()) mac[5] ^= 1;
  return mac;
}

std::string slow_cipher(const AeadEngine& engine) {
  return "workers share one ipsec-mb, whose releases before 1.4 slow each other's calls down (" +
         engine.why_shared() + ")";
}

}  // namespace

Result<void> DataPlane::State::check() {
  if (config.underlays.empty()) return fail("no [[underlay]] is configured");
  if (link_count() > kMaxLinks) return fail("more than " + std::to_string(kMaxLinks) + " ports");
  if (config.worker_cores.empty() || config.worker_cores.size() > kMaxWorkers) {
    return fail("dataplane.workers: 1.." + std::to_string(kMaxWorkers) + " workers are possible");
  }
  if (config.tunnel_mtu < kMinTunnelMtu || config.tunnel_mtu > kMaxTunnelMtu) {
    return fail("dataplane.tunnel_mtu = " + std::to_string(config.tunnel_mtu) + ": expected " +
                std::to_string(kMinTunnelMtu) + ".." + std::to_string(kMaxTunnelMtu));
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < link_count(); ++i) {
    auto device = parse_device(port_config(i).device);
    if (!device) return fail(device.error().what);
    if (!names.insert(device->name).second) {
      return fail("device \"" + port_config(i).device + "\": " + device->name +
                  " is used by another port too; number devices differently");
    }
    complete_device(*device, worker_count(), frame_size_for(config.tunnel_mtu));
    devices.push_back(std::move(*device));
  }
  return {};
}

Result<void> DataPlane::State::check_interfaces() {
  for (std::size_t i = 0; i < link_count(); ++i) {
    if (!devices[i].is_af_packet()) continue;
    auto fine =
        check_raw_interface(devices[i].interface(), own_addresses(port_config(i)), warnings);
    if (!fine) return fail("device \"" + port_config(i).device + "\": " + fine.error().what);
  }
  return {};
}

Result<void> DataPlane::State::start_eal() {
  EalRequest request;
  request.control_core = config.control_core;
  request.worker_cores = config.worker_cores;
  request.memory_mb = config.memory_mb;
  request.hugepages = config.hugepages;
  request.extra_args = config.extra_eal_args;
  for (const DeviceText& device : devices) {
    if (device.pci) request.pci_devices.push_back(device.to_string());
  }
  auto started = Eal::start(request);
  if (!started) return fail(started.error().what);
  eal.emplace(std::move(*started));
  clock.emplace();
  return {};
}

/// A pool on the socket of each worker's core, with the share of those that are there.
Result<void> DataPlane::State::make_buffers() {
  const std::size_t frame = frame_size_for(config.tunnel_mtu);
  std::size_t room = 0;
  for (const DeviceText& device : devices) room = std::max(room, buffer_size_for(device, frame));
  for (std::uint8_t i = 0; i < worker_count(); ++i) {
    worker_sockets.push_back(static_cast<int>(rte_lcore_to_socket_id(Eal::lcore_of(i))));
  }
  for (const int socket : std::set<int>(worker_sockets.begin(), worker_sockets.end())) {
    const auto workers_there = static_cast<std::size_t>(std::ranges::count(worker_sockets, socket));
    const auto count = static_cast<unsigned>(kBuffersPerWorker * workers_there +
                                             kBuffersPerLink * link_count() - 1);
    const std::string name = "jvpn_buffers_" + std::to_string(socket);
    BufferPool pool = make_near(socket, "packet buffers", [&](int where) {
      return BufferPool(
          rte_pktmbuf_pool_create(name.c_str(), count, kBufferCache, 0,
                                  static_cast<std::uint16_t>(room + RTE_PKTMBUF_HEADROOM), where));
    });
    if (!pool) {
      return fail("no memory for " + std::to_string(count) + " packet buffers of " +
                  std::to_string(room) + " B; raise dataplane.memory_mb");
    }
    pools.emplace(socket, std::move(pool));
  }
  for (const int socket : worker_sockets) facts.buffers.push_back(pools.at(socket).get());
  return {};
}

Result<void> DataPlane::State::open_ports() {
  const PortWish wish{facts.buffers, config.power == Power::adaptive};
  std::vector<PortSocket> sockets;
  for (const DeviceText& device : devices) {
    auto port = Port::open(device, wish);
    if (!port) return fail(port.error().what);
    ports.push_back(std::move(*port));
    facts.links.push_back(make_link(ports.size() - 1));
    sockets.push_back({device.name, ports.back().socket()});
  }
  std::ranges::move(numa_warnings(worker_sockets, sockets), std::back_inserter(warnings));
  return {};
}

Link DataPlane::State::make_link(std::size_t index) const {
  const PortConfig& port = port_config(index);
  Link link;
  link.device = ports[index].id();
  link.index = static_cast<std::uint8_t>(index);
  link.plaintext = index == config.underlays.size();
  link.mac = router_mac(devices[index], ports[index].mac());
  link.address = port.address;
  link.address6 = port.address6;
  link.next_hop = port.next_hop;
  link.next_hop6 = port.next_hop6;
  link.udp_port = port.udp_port;
  return link;
}

/// A TAP as plaintext port: the kernel is our next hop, with its address, and routes what is
/// clients' to us.
Result<void> DataPlane::State::set_up_taps() {
  const DeviceText& device = devices.back();
  const PortConfig& port = config.plaintext;
  if (!device.is_tap()) return {};
  TapSetup setup;
  setup.name = device.interface();
  setup.mtu = config.tunnel_mtu;
  const auto add = [&setup](const IpAddress& kernel, const IpPrefix& ours, const IpPrefix& pool) {
    if (!kernel.is_unset()) setup.addresses.push_back({kernel, ours.length});
    if (!pool.is_unset() && !ours.is_unset()) setup.routes.push_back({pool, ours.address});
  };
  add(port.next_hop, port.address, config.pool_v4);
  add(port.next_hop6, port.address6, config.pool_v6);
  for (const IpPrefix& route : config.routes) {
    const IpPrefix& ours = route.address.is_v4() ? port.address : port.address6;
    if (!ours.is_unset()) setup.routes.push_back({route, ours.address});
  }
  return configure_tap(setup);
}

Result<ByteSpan> DataPlane::State::take_memory(const char* what, std::size_t size, int socket) {
  void* taken =
      make_near(socket, what, [&](int where) { return rte_zmalloc_socket(what, size, 64, where); });
  if (taken == nullptr) {
    return fail("no memory for the " + std::string(what) + " (" + std::to_string(size >> 20) +
                " MB); raise dataplane.memory_mb or lower dataplane.max_sessions");
  }
  memory.emplace_back(static_cast<std::uint8_t*>(taken));
  return ByteSpan(memory.back().get(), size);
}

Result<void> DataPlane::State::make_pool(const IpPrefix& prefix, std::optional<AddressPool>& out) {
  if (prefix.is_unset()) return {};
  auto pool = AddressPool::create(prefix);
  if (!pool) return fail("pool " + to_string(prefix) + ": " + pool.error().what);
  out.emplace(std::move(*pool));
  return {};
}

Result<void> DataPlane::State::lay_out_memory() {
  const TableShape shape{config.max_sessions, worker_count(), config.node};
  auto room = take_memory("session table", SessionTable::memory_size(shape),
                          socket_of_most(worker_sockets));
  if (!room) return fail(room.error().what);
  auto made = SessionTable::create(*room, shape);
  if (!made) return fail(made.error().what);
  table.emplace(std::move(*made));
  for (std::uint8_t i = 0; i < worker_count(); ++i) {
    const Mailbox::Shape mailbox_shape = Mailbox::shape_for(worker_count());
    room = take_memory("mailbox", Mailbox::memory_size(mailbox_shape), worker_sockets[i]);
    if (!room) return fail(room.error().what);
    auto mailbox = Mailbox::create(*room, mailbox_shape);
    if (!mailbox) return fail(mailbox.error().what);
    mailboxes.push_back(std::move(*mailbox));
  }
  if (auto pool = make_pool(config.pool_v4, pool_v4); !pool) return pool;
  if (auto pool = make_pool(config.pool_v6, pool_v6); !pool) return pool;
  if (auto made_routes = make_routes(); !made_routes) return made_routes;
  if (auto made_holds = make_holds(); !made_holds) return made_holds;
  return make_rings();
}

/// What nobody is routed by takes no memory.
Result<void> DataPlane::State::make_routes() {
  if (config.routes.empty()) return {};
  auto made = Routes::create({config.max_hosts, config.max_prefixes}, *table);
  if (!made) return fail(made.error().what + "; raise dataplane.memory_mb");
  routes = std::move(*made);
  if (auto known = routes->provision(config.routes); !known) {
    return fail(known.error().what + "; raise dataplane.memory_mb");
  }
  return {};
}

/// Each worker has its share: what it holds is nobody else's business.
Result<void> DataPlane::State::make_holds() {
  const std::uint32_t share = config.hold_packets / worker_count();
  if (share == 0) return {};
  const auto room = static_cast<std::uint16_t>(config.tunnel_mtu + kDataOverhead);
  for (std::uint8_t i = 0; i < worker_count(); ++i) {
    const std::string name = "jvpn_hold_" + std::to_string(i);
    auto made = make_near(worker_sockets[i], "waiting packets",
                          [&](int where) { return HoldBuffers::create(name, share, room, where); });
    if (!made) return fail(made.error().what + "; raise dataplane.memory_mb");
    holds.push_back(std::move(*made));
  }
  return {};
}

Result<void> DataPlane::State::make_rings() {
  const std::size_t all = std::size_t{worker_count()} * worker_count() * link_count();
  facts.handover.assign(all, nullptr);
  if (worker_count() == 1) return {};
  for (std::size_t i = 0; i < all; ++i) {
    const std::string name = "jvpn_handover_" + std::to_string(i);
    const int receiver = worker_sockets[i / link_count() % worker_count()];
    rings.push_back(make_near(receiver, "hand-over rings", [&](int where) {
      return Ring(
          rte_ring_create(name.c_str(), kHandoverFrames, where, RING_F_SP_ENQ | RING_F_SC_DEQ));
    }));
    if (!rings.back()) return fail("no memory for hand-over rings; raise dataplane.memory_mb");
    facts.handover[i] = rings.back().get();
  }
  return {};
}

Result<void> DataPlane::State::make_workers() {
  facts.workers = worker_count();
  facts.tunnel_mtu = config.tunnel_mtu;
  facts.table = &*table;
  facts.pool_v4 = pool_v4 ? &*pool_v4 : nullptr;
  facts.pool_v6 = pool_v6 ? &*pool_v6 : nullptr;
  facts.routes = routes.get();
  facts.neighbours = neighbours.get();
  for (const Link& link : facts.links) {
    for (const IpAddress& hop : {link.next_hop, link.next_hop6}) {
      if (!hop.is_unset()) upkeep.want(link.index, hop, true);
    }
  }
  SystemRandom random;
  for (std::uint8_t i = 0; i < worker_count(); ++i) {
    auto engine = AeadEngine::create_for_core();
    if (!engine) return fail(engine.error().what);
    if (i == 0 && !engine->why_shared().empty()) warnings.push_back(slow_cipher(*engine));
    HoldBuffers* const its_holds = holds.empty() ? nullptr : holds[i].get();
    WorkerSetup setup{i, &mailboxes[i], WorkerClock::of(*clock), random.draw<16>(), its_holds};
    if (doze_plan) setup.doze = dozes[i].get();
    for (const auto& bell : bells) setup.bells.push_back(bell.get());
    workers.push_back(std::make_unique<Worker>(facts, setup, std::move(*engine)));
    Launch& launch = launches.emplace_back();
    launch.worker = workers.back().get();
    launch.stop = &stopping;
  }
  return {};
}

}  // namespace jvpn
