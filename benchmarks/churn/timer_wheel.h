// SPDX-License-Identifier: Apache-2.0
// Very many timers, each set anew all the time: a wheel of lists. Setting, clearing and firing cost
// the same whatever their number; nothing is allocated after the start.
//
//   slot = tick % kSlots     a deadline further away than the wheel is long waits in the last slot
//   [ ]-[ ]-[ ]-[ ]          and is put in again from there
//    |       `-> timer <-> timer
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/time.h"

namespace jvpn::churn {

class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::microseconds(500);  ///< how late a timer may fire

  /// Timers are named 0 .. count - 1; none is set.
  TimerWheel(std::size_t count, Instant now);

  /// In place of its earlier deadline. `Instant::never()` clears it.
  void set(std::uint32_t timer, Instant at);
  bool is_set(std::uint32_t timer) const { return timers_[timer].slot != kNone; }
  /// Calls `fire` for each whose deadline has passed; it is no longer set then, and what `fire`
  /// sets comes with the next tick at the earliest.
  void expire(Instant now, const std::function<void(std::uint32_t)>& fire);
  /// When expire() may have something to do; never() when nothing is set.
  Instant next() const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::int64_t kSlots = 65536;  ///< 33 s
  struct Timer {
    Instant at = Instant::never();
    std::uint32_t before = kNone;
    std::uint32_t after = kNone;
    std::uint32_t slot = kNone;
  };

  void insert(std::uint32_t timer);
  void remove(std::uint32_t timer);
  void mark(std::uint32_t slot);

  std::vector<Timer> timers_;
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint64_t> taken_;  ///< a bit for each slot that has a timer
  std::int64_t tick_;                 ///< the last one that was expired
};

}  // namespace jvpn::churn
