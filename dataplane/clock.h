// SPDX-License-Identifier: Apache-2.0
// The data plane's one place that reads clocks.
#pragma once

#include <atomic>

#include "base/time.h"

namespace jvpn {

/// CLOCK_BOOTTIME as the workers read it: the CPU's time stamp counter plus an offset that control
/// renews every millisecond or so, so that frequency adjustment and suspend reach the workers while
/// reading costs no call.
class TscClock {
 public:
  /// After EAL has measured the counter's frequency.
  TscClock();
  /// Control thread: measures the offset anew.
  void refresh();
  /// Any thread. May step back by as much as the counter had run ahead.
  Instant read() const;

 private:
  std::int64_t counter_ns() const;
  std::uint64_t ns_per_tick_;               ///< 32.32 fixed point
  std::atomic<std::int64_t> offset_ns_{0};  ///< control writes, workers read; relaxed
};

/// The CPU's counter when `after` from now is over, for instructions that wait until then.
std::uint64_t tsc_after(Duration after);

/// How a worker gets the time; tests hand in one that they set.
struct WorkerClock {
  Instant (*read)(const void* self) = nullptr;
  const void* self = nullptr;

  static WorkerClock of(const TscClock& clock) {
    return {[](const void* from) { return static_cast<const TscClock*>(from)->read(); }, &clock};
  }
  static WorkerClock of(const Instant& manual) {
    return {[](const void* from) { return *static_cast<const Instant*>(from); }, &manual};
  }
  Instant operator()() const { return read(self); }
};

}  // namespace jvpn
