// SPDX-License-Identifier: Apache-2.0
// A whole gateway but for its API and its devices: the product's data plane with its worker on a
// core, the product's control loop on this thread, and between them what is between them in the
// gateway. Its two ports are in memory.
//
//   worker core   Worker::run()  | slice |..........| slice |....
//   this core     ControlLoop    | turns |  clients | turns |....
//                                          (time stands still)
//
// Both cores get the same time: what a turn of the control loop overruns a slice by, it begins the
// next slice later.
#pragma once

#include <vector>

#include "apps/gateway/control_loop.h"
#include "apps/gateway/nap.h"
#include "benchmarks/dataplane/memory_port.h"
#include "dataplane/link.h"
#include "slice_gate.h"

namespace jvpn::bench {

/// Frames for one port in one slice.
struct Feed {
  std::vector<rte_mbuf*> frames;
  std::vector<std::uint64_t> due;  ///< TSC from the slice's begin on, rising; empty: full rate
};

/// What a port sent in a slice, and when (TSC).
struct Sent {
  static constexpr std::size_t kMost = 1u << 16;
  std::size_t count = 0;
  std::vector<rte_mbuf*> frames = std::vector<rte_mbuf*>(kMost);
  std::vector<std::uint64_t> times = std::vector<std::uint64_t>(kMost);
};

/// The gateway's ports, underlay first, and where its worker waits.
struct Line {
  std::array<MemoryPort, 2> ports{MemoryPort(0), MemoryPort(1)};
  SliceGate gate{ports[0], ports[1]};
};

struct RigConfig {
  std::uint32_t sessions = 1;
  unsigned control_core = 0;
  unsigned worker_core = 1;
  std::uint32_t memory_mb = 0;  ///< beside the gateway's own
  std::vector<PeerConfig> peers;
  KeyPair key;
  IpPrefix pool;
};

class GatewayRig {
 public:
  /// Exits when EAL does not start.
  explicit GatewayRig(RigConfig config);
  GatewayRig(const GatewayRig&) = delete;
  GatewayRig& operator=(const GatewayRig&) = delete;
  ~GatewayRig();

  enum Side : std::size_t { kUnderlay, kPlaintext };
  const Link& link(Side side) const { return links_[side]; }
  ControlLoop& loop() { return *loop_; }

  /// What the worker is to receive in the next slice.
  Feed& feed(Side side) { return feeds_[side]; }
  /// What it sent in the last one.
  const Sent& sent(Side side) const { return sent_[side]; }
  /// TSC from which on its frames were due.
  std::uint64_t began_at() const { return began_at_; }
  /// Between slices: the time, which stands still.
  Instant now() const { return now_; }
  /// A slice in which the worker receives all that it is fed, and control has the same time.
  SliceTime run_slice();
  /// One without regard for time: the worker looks at its ports some times, control takes a turn.
  void run_untimed();
  /// Cycles that control has spent on turns in which it had something to do.
  double control_cycles() const { return control_cycles_; }

 private:
  void take_ports();
  void feed_port(Side side);
  std::uint64_t begin_slice(unsigned least_calls);
  void end_slice();
  void turn_control();
  void rest(Duration nap);
  void stand_still(std::uint64_t since);

  std::unique_ptr<DataPlane> plane_;
  std::array<Link, 2> links_;
  std::optional<Line> line_;  ///< once devices are open
  std::array<Feed, 2> feeds_;
  std::array<Sent, 2> sent_;
  std::array<std::size_t, 2> sent_before_{};
  std::optional<ControlLoop> loop_;
  Naps naps_;
  std::uint64_t began_at_ = 0;
  Instant now_{0};
  std::uint64_t stands_since_ = 0;  ///< TSC at which time last stood still
  std::uint64_t debt_ = 0;          ///< TSC cycles that control has had more than the worker
  double control_cycles_ = 0;
};

}  // namespace jvpn::bench
