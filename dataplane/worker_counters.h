// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "dataplane/verdict.h"

namespace jvpn {

inline constexpr std::size_t kMaxLinks = 16;  ///< underlays and the plaintext port

/// A number with one writer that others may sample.
class OwnedCount {
 public:
  /// Owner only. A plain add: relaxed load and store of one's own value, no locked instruction.
  void add(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void take_away(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
  std::uint64_t sample() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What one worker counted since it was made; written by it, sampled by control.
/// At rest: sum of rx + taken_over == sum of verdicts; what is held counts as long as it is.
struct alignas(64) WorkerCounters {
  std::array<OwnedCount, kVerdicts> verdicts;
  std::array<OwnedCount, kMaxLinks> rx;  ///< frames received, by link
  std::array<OwnedCount, kMaxLinks> tx;  ///< frames the device took, by link
  OwnedCount over_committed_up;  ///< packets beyond a session's committed rate, not its peak
  OwnedCount over_committed_down;
  OwnedCount taken_over;  ///< from other workers; counted as handed_over there
  OwnedCount notices;     ///< unbound_transport packets told to control
  OwnedCount notices_lost;
  OwnedCount injected;  ///< of control's, sent
  OwnedCount injected_lost;
  std::array<OwnedCount, kMaxLinks> handed_over;  ///< frames that came to the wrong worker, by link
  OwnedCount busy_ns;                             ///< of turns that moved something
  OwnedCount idle_ns;                             ///< of all others, sleep included
  OwnedCount asleep_ns;

  OwnedCount& of(Verdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; }
  const OwnedCount& of(Verdict verdict) const {
    return verdicts[static_cast<std::size_t>(verdict)];
  }
};

}  // namespace jvpn
