// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
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

  void at(Instant when, std::function<void()> happens) {
    queue_.push({std::max(when, now_), order_++, std::move(happens)});
  }
  void in(Duration delay, std::function<void()> happens) { at(now_ + delay, std::move(happens)); }

  void run_until(Instant end) {
    while (!queue_.empty() && queue_.top().when <= end) {
      Planned next = queue_.top();
      queue_.pop();
      ensure(next.when >= now_, "virtual time never runs backwards");
      now_ = next.when;
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
    bool operator<(const Planned& other) const {  // priority_queue: the greatest comes first
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  Instant now_{1'000'000'000};
  std::uint64_t order_ = 0;
  std::priority_queue<Planned> queue_;
};

}  // namespace jvpn::sim
