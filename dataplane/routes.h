// SPDX-License-Identifier: Apache-2.0
// Inner destination -> slot, for what lies outside of the pools: single addresses and the networks
// behind clients. What the peer table names is known from the start; a session that comes or goes
// changes one word.
//
//   address --+-- exact: rte_hash ------------------------------> slot of the host
//             +-- longest prefix: rte_fib, rte_lpm6 --> number --> slot of the prefix
//
// Control writes, workers read, lock-free. rte_hash has readers that no writer disturbs; the other
// two have not, in DPDK 22.11: control builds their successors beside them and swaps a pointer.
// What workers may still look into is reused when their grace period (SessionTable) is over. Needs
// EAL; decision 0015.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataplane/host_table.h"
#include "dataplane/prefix_table.h"
#include "session/shared/session_table.h"

namespace jvpn {

/// At most so many single addresses and prefixes, those that wait for a grace period included.
struct RouteLimits {
  std::uint32_t hosts = 0;
  std::uint32_t prefixes = 0;
};

/// Where an address leads. `known`: to some client, who may have no session now.
struct RouteTo {
  static constexpr std::uint32_t kNoSession = 0xffffffff;
  bool known = false;
  std::uint32_t slot = kNoSession;
  bool operator==(const RouteTo&) const = default;
};

class Routes {
 public:
  /// Memory for the single addresses is taken now. `table` outlives the routes. Errors: no memory.
  static Result<std::unique_ptr<Routes>> create(const RouteLimits& limits, SessionTable& table);
  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  // ---- control thread ------------------------------------------------------------------------
  /// From now on exactly these are known; those that were known already keep their sessions. A
  /// prefix of full length is a single address. Error: more than the limits allow, or no memory;
  /// then nothing has changed.
  Result<void> provision(std::vector<IpPrefix> routes);
  /// `route`, which is known, leads to this slot.
  void assign(const IpPrefix& route, std::uint32_t slot);
  /// `route` leads to no session any more, unless it is another's than `slot`'s by now.
  void clear(const IpPrefix& route, std::uint32_t slot);
  /// Reuses what every worker has let go of. Call each step. Returns how much still waits.
  std::size_t reclaim();

  // ---- workers -------------------------------------------------------------------------------
  RouteTo find(const IpAddress& address) const;
  /// False: find() knows nothing of this IPv4 address (host order). A bit for every /16 in which
  /// something is known: eight kibibytes, of which traffic to elsewhere touches a line or two.
  bool may_know(std::uint32_t address) const {
    // Relaxed; partner: provision(), which sets bits before and clears them after the change.
    return (hints_[address >> 22].load(std::memory_order_relaxed) >> (address >> 16 & 63) & 1) != 0;
  }

 private:
  using Hints = std::array<std::uint64_t, 1024>;  ///< a bit per /16
  using Numbers = std::map<IpPrefix, std::uint32_t>;

  /// What is no longer known, and workers may still find.
  struct Retired {
    std::uint64_t grace = 0;
    std::vector<HostTable::Place> hosts;
    std::vector<std::uint32_t> numbers;
    std::unique_ptr<PrefixTable> prefixes;
  };
  struct Change;

  Routes(const RouteLimits& limits, SessionTable& table, HostTable hosts);
  Change difference(std::vector<IpPrefix> routes) const;
  Result<void> check_room(const Change& change) const;
  Numbers numbered(const Change& change) const;
  void carry_out(Change change, Numbers numbers, std::unique_ptr<PrefixTable> next);
  void retire(Retired retired);
  void show(const Hints& hints);

  RouteLimits limits_;
  SessionTable& table_;
  HostTable hosts_;
  /// Written by control with release, read by workers with acquire; what it was before waits for a
  /// grace period.
  std::atomic<const PrefixTable*> prefixes_{nullptr};
  /// By number; 0 is no prefix's. Relaxed, as the pools' arrays.
  std::unique_ptr<std::atomic<std::uint32_t>[]> slots_;
  std::array<std::atomic<std::uint64_t>, 1024> hints_{};

  // Control's own.
  std::vector<IpPrefix> known_;  ///< sorted
  Numbers numbers_;
  std::vector<std::uint32_t> free_numbers_;
  std::size_t hosts_retired_ = 0;  ///< places that wait
  std::unique_ptr<PrefixTable> current_;
  std::deque<Retired> retired_;
};

}  // namespace jvpn
