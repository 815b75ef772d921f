// SPDX-License-Identifier: Apache-2.0
// The data plane as the composition root sees it: start it from configuration, wire control to its
// table and mailboxes, stop it. Everything else in this folder is behind this door.
//
// Threads: all methods belong to the control thread. Workers run on their own cores between
// launch() and stop(). EAL's threads inherit the signal mask: block SIGINT and the like before
// start(), but no real-time signal, with which the TAP driver announces frames.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dataplane/options.h"
#include "dataplane/report.h"
#include "session/core/address.h"
#include "session/shared/address_pool.h"
#include "session/shared/mailbox.h"
#include "session/shared/session_table.h"

namespace jvpn {

class Routes;

/// One port. Texts are as configured; errors quote them.
struct PortConfig {
  std::string device;  ///< vdev string ("net_af_packet0,iface=u0") or PCI address
  IpPrefix address;    ///< our IPv4 address on the link with its length; unset: none
  IpPrefix address6;
  IpAddress next_hop;  ///< for what is not on the link; unset: link only
  IpAddress next_hop6;
  std::uint16_t udp_port = 51820;  ///< underlay only
};

struct PlaneConfig {
  std::uint8_t node = 1;
  std::vector<PortConfig> underlays;  ///< index = `underlay` everywhere else
  PortConfig plaintext;
  std::vector<unsigned> worker_cores{1};
  unsigned control_core = 0;
  Power power = Power::poll;
  Steering steering = Steering::automatic;
  Hugepages hugepages = Hugepages::automatic;
  std::uint32_t memory_mb = 256;
  std::uint32_t max_sessions = 1024;
  std::uint16_t tunnel_mtu = 1420;
  std::uint32_t hold_packets = 1024;  ///< that may wait for a binding, all workers together
  IpPrefix pool_v4;                   ///< inner addresses of clients; unset: none
  IpPrefix pool_v6;
  std::vector<IpPrefix> routes;       ///< to clients, beside the pools
  std::uint32_t max_hosts = 16'384;   ///< routes that are single addresses, at most
  std::uint32_t max_prefixes = 1024;  ///< all others, at most
  std::vector<std::string> extra_eal_args;
};

class DataPlane {
 public:
  /// EAL, ports (each checked by name), memory, table, mailboxes. On error nothing is left behind.
  static Result<std::unique_ptr<DataPlane>> start(const PlaneConfig& config);
  ~DataPlane();  ///< stop() and clean up: EAL, devices

  /// Starts the workers on their cores.
  Result<void> launch();
  /// Ends and joins the workers. Idempotent.
  void stop();

  SessionTable& table();
  Mailbox& mailbox(std::uint8_t worker);
  std::uint8_t workers() const;
  /// Null where no such pool is configured.
  AddressPool* pool_v4();
  AddressPool* pool_v6();
  /// Null where no route is configured.
  Routes* routes();

  /// Outer headers for a peer reached by this underlay; the neighbour is resolved in the
  /// background.
  OuterTemplate make_outer(std::uint8_t underlay, const Endpoint& peer);
  /// Queues a datagram to a peer (by worker 0's inject ring). False: ring full, counted.
  bool send(std::uint8_t underlay, const Endpoint& peer, ByteView payload);

  /// From then on the workers neither accept nor send any session's data (`not_serving`). Until it
  /// is called for the first time there is no such deadline.
  void set_serving_deadline(Instant until);

  /// Neighbour upkeep (ARP, aging), reclaim of the table, the workers' clock. Call every few
  /// milliseconds.
  void step(Instant now);
  /// Tells the workers the time at once, where the clock may have leapt; step() does it now and
  /// then. Control thread.
  void renew_clock();

  /// Names and values, summed over workers: one per verdict, rx and tx per port, and gauges; and
  /// what each worker spent its cycles on.
  std::map<std::string, std::uint64_t> counters() const;
  /// Each worker, and how frames find theirs.
  PlaneReport report() const;
  /// "2 MB hugepages" or "4 KiB pages (no hugepages)", for the log.
  std::string memory_kind() const;
  /// What works but may not be meant: a kernel address on an underlay's interface, GRO, ...
  const std::vector<std::string>& warnings() const;

 private:
  DataPlane();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jvpn
