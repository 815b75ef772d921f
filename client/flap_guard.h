// SPDX-License-Identifier: Apache-2.0
// Keeps the client from going back and forth: a path that failed soon after we moved to it is left
// alone for twice as long each time.
#pragma once

#include "base/time.h"

namespace jvpn::client {

class FlapGuard {
 public:
  static constexpr Duration kFirstHold = 5s;
  static constexpr Duration kLongestHold = std::chrono::minutes(5);
  static constexpr Duration kSoon = 60s;  ///< a failure sooner after the move there is a flap

  /// The session moved to this path.
  void on_taken(Instant now) { taken_at_ = now; }
  /// It died there, or went bad. Until when to leave it alone.
  Instant on_failed(Instant now) {
    const bool flapped = taken_at_ != Instant::never() && now - taken_at_ < kSoon;
    level_ = flapped && level_ < kMostLevels ? level_ + 1 : flapped ? level_ : 0;
    Duration hold = kFirstHold;
    for (unsigned i = 0; i < level_ && hold < kLongestHold; ++i) hold *= 2;
    return now + (hold < kLongestHold ? hold : kLongestHold);
  }
  unsigned level() const { return level_; }

 private:
  static constexpr unsigned kMostLevels = 16;
  Instant taken_at_ = Instant::never();
  unsigned level_ = 0;
};

}  // namespace jvpn::client
