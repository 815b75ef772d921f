// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/ensure.h"
#include "base/time.h"

namespace jvpn::sim {

/// Virtual time: a queue of things that happen, and the instant that all of them see. Things due at
/// one instant happen in the order in which they were planned, so that a run depends on its seed
/// only.
class World {
 public:
  Instant now() const { return now_; }
  /// How many things have happened.
  std::uint64_t events() const { return events_; }

  void at(Instant when, std::function<void()> happens) {
    queue_.push_back({std::max(when, now_), order_++, std::move(happens)});
    std::ranges::push_heap(queue_, later);
  }
  void in(Duration delay, std::function<void()> happens) { at(now_ + delay, std::move(happens)); }

  void run_until(Instant end) {
    while (!queue_.empty() && queue_.front().when <= end) {
      std::ranges::pop_heap(queue_, later);
      const Planned next = std::move(queue_.back());
      queue_.pop_back();
      ensure(next.when >= now_, "virtual time never runs backwards");
      now_ = next.when;
      ++events_;
      next.happens();
    }
    now_ = end;
  }
  void run_for(Duration span) { run_until(now_ + span); }

 private:
  struct Planned {
    Instant when;
    std::uint64_t order = 0;
    std::function<void()> happens;
  };
  static bool later(const Planned& a, const Planned& b) {
    return a.when != b.when ? a.when > b.when : a.order > b.order;
  }

  Instant now_{1'000'000'000};
  std::uint64_t order_ = 0;
  std::uint64_t events_ = 0;
  std::vector<Planned> queue_;  ///< a heap, the earliest in front
};

}  // namespace jvpn::sim
