// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "session/core/limits.h"

namespace jvpn {

/// How many events lie in the last minute, sliding: an event counts until exactly one minute has
/// passed. Memory is bounded by the limit that its user enforces before add().
class SlidingWindow {
 public:
  void add(Instant at) { events_.push_back(at); }

  std::size_t count(Instant now) {
    std::erase_if(events_, [&](Instant at) { return now - at >= kSwitchAccountingWindow; });
    return events_.size();
  }

  /// How long until the count falls. Zero when there is nothing to wait for.
  Duration until_one_leaves(Instant now) const {
    if (events_.empty()) return Duration::zero();
    return std::max(Duration::zero(), events_.front() + kSwitchAccountingWindow - now);
  }

  /// Oldest first; some may have passed.
  const std::vector<Instant>& events() const { return events_; }

  /// Takes the latest event back.
  void forget_latest() {
    if (!events_.empty()) events_.pop_back();
  }

 private:
  std::vector<Instant> events_;
};

}  // namespace jvpn
