// SPDX-License-Identifier: Apache-2.0
// Anti-replay window (RFC 6479): a ring of 64-bit words, one more than the window needs, so that
// moving ahead clears whole words and never shifts.
//
// One writer, no locks. The order is check, open, mark: check() before the cipher is a cheap filter
// and changes nothing; mark() after it may still refuse, because twins can share a burst.
#pragma once

#include <array>
#include <cstdint>

#include "session/core/ids.h"
#include "session/core/limits.h"

namespace jvpn {

enum class Freshness : std::uint8_t { fresh, late, duplicate };

class ReplayWindow {
 public:
  /// Would a packet with this counter be accepted? `window` <= kMaxReplayWindow packets.
  Freshness check(Counter counter, std::uint32_t window = kMaxReplayWindow) const;
  /// Accepts the counter of an authentic packet; anything but `fresh` changed nothing.
  Freshness mark(Counter counter, std::uint32_t window = kMaxReplayWindow);
  /// Larger than every counter accepted so far? (Decision: only the newest may hint at a move.)
  bool is_newest(Counter counter) const { return counter.value >= next_; }
  /// One more than the highest accepted counter; 0 before the first.
  std::uint64_t next() const { return next_; }
  /// What check() and mark() will touch beside the window's first bytes. For prefetching.
  const void* place_of(Counter counter) const { return &words_[counter.value / 64 % kWords]; }
  /// Only before a key is first published.
  void reset() { *this = ReplayWindow(); }

 private:
  static constexpr std::uint64_t kWords = kMaxReplayWindow / 64 + 1;
  std::uint64_t next_ = 0;
  std::array<std::uint64_t, kWords> words_{};
};
static_assert(sizeof(ReplayWindow) == 1040);

}  // namespace jvpn
