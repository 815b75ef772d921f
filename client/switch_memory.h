// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "base/time.h"
#include "session/core/limits.h"

namespace jvpn::client {

/// The moves of a session, so that those by choice leave room for those by need.
class SwitchMemory {
 public:
  void note(Instant now) {
    ++total_;
    recent_.push_back(now);
    while (now - recent_.front() >= kSwitchAccountingWindow) recent_.pop_front();
  }
  /// In the sliding minute up to `now`.
  std::uint32_t recent(Instant now) const {
    std::uint32_t count = 0;
    for (const Instant at : recent_) count += now - at < kSwitchAccountingWindow;
    return count;
  }
  std::uint32_t total() const { return total_; }

 private:
  std::deque<Instant> recent_;
  std::uint32_t total_ = 0;
};

}  // namespace jvpn::client
