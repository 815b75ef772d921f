// SPDX-License-Identifier: Apache-2.0
// The data plane as operators see it: who does what, how frames find their owner, what idling
// costs. Plain values, sampled by control; nothing of it is shared with a worker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace jvpn {

struct PortReport {
  std::string name;    ///< "underlay0", "plaintext"
  std::string device;  ///< "net_af_packet0"
  int socket = -1;     ///< NUMA; -1: not told
  unsigned queues = 1;
  std::string tier;  ///< "single", "flow", "rss" (dataplane/steering.h)
  std::string why;
};

/// Frames of one worker on one port since the start.
struct LinkCounts {
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
  std::uint64_t handed_over = 0;  ///< of rx: came here, another worker's
};

struct WorkerReport {
  unsigned core = 0;
  int socket = -1;
  std::uint32_t sessions = 0;
  std::vector<LinkCounts> ports;  ///< in the order of PlaneReport::ports
  std::uint64_t handed_over = 0;  ///< to other workers
  std::uint64_t taken_over = 0;   ///< from other workers
  std::uint64_t handover_full = 0;
  std::uint64_t busy_cycles = 0;    ///< since the start: of turns that moved something
  std::uint64_t idle_cycles = 0;    ///< of all others, sleep included
  std::uint64_t asleep_cycles = 0;  ///< of these, asleep
  double busy_share = 0;            ///< of the last full second, 0..1
  double asleep_share = 0;
};

struct PlaneReport {
  std::string power;  ///< "poll", "interrupt", "monitor", "nap" (dataplane/doze.h)
  std::string power_why;
  std::vector<PortReport> ports;  ///< underlays, then the plaintext port
  std::vector<WorkerReport> workers;
};

}  // namespace jvpn
