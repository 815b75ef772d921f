// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "base/boxed.h"
#include "session/core/limits.h"

namespace jvpn {

/// How many events lie in the last minute, sliding: an event counts until exactly one minute has
/// passed. Memory is bounded by the limit that its user enforces before add(), and is a pointer
/// while there is no event.
class SlidingWindow {
 public:
  void add(Instant at) { events_.ensured().push_back(at); }

  std::size_t count(Instant now) {
    if (!events_) return 0;
    std::erase_if(*events_, [&](Instant at) { return now - at >= kSwitchAccountingWindow; });
    const std::size_t left = events_->size();
    if (left == 0) events_.reset();
    return left;
  }

  /// How long until the count falls. Zero when there is nothing to wait for.
  Duration until_one_leaves(Instant now) const {
    if (events().empty()) return Duration::zero();
    return std::max(Duration::zero(), events().front() + kSwitchAccountingWindow - now);
  }

  /// Oldest first; some may have passed.
  std::span<const Instant> events() const {
    return events_ ? std::span<const Instant>(*events_) : std::span<const Instant>();
  }

  /// Takes the latest event back.
  void forget_latest() {
    if (!events().empty()) events_->pop_back();
  }

 private:
  Boxed<std::vector<Instant>> events_;
};

}  // namespace jvpn
