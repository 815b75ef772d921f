// SPDX-License-Identifier: Apache-2.0
// Anti-replay window (RFC 6479): a ring of 64-bit words, one more than the window needs, so that
// moving ahead clears whole words and never shifts.
//
// One writer, no locks. The order is check, open, mark: check() before the cipher is a cheap filter
// and changes nothing; mark() after it may still refuse, because twins can share a burst. Inline:
// asked twice for each packet.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/ensure.h"
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
  static constexpr std::uint64_t bit_of(std::uint64_t counter) {
    return std::uint64_t{1} << (counter % 64);
  }
  void move_ahead(std::uint64_t newest);

  std::uint64_t next_ = 0;
  std::array<std::uint64_t, kWords> words_{};
};
static_assert(sizeof(ReplayWindow) == 1040);

inline Freshness ReplayWindow::check(Counter counter, std::uint32_t window) const {
  ensure(window <= kMaxReplayWindow, "the ring remembers kMaxReplayWindow packets");
  const std::uint64_t value = counter.value;
  // No counter could follow the last one, and next_ could not say so: it is never accepted.
  if (value == std::numeric_limits<std::uint64_t>::max()) return Freshness::late;
  if (value >= next_) return Freshness::fresh;
  if (next_ - value > window) return Freshness::late;
  const bool seen = (words_[value / 64 % kWords] & bit_of(value)) != 0;
  return seen ? Freshness::duplicate : Freshness::fresh;
}

inline Freshness ReplayWindow::mark(Counter counter, std::uint32_t window) {
  const Freshness freshness = check(counter, window);
  if (freshness != Freshness::fresh) return freshness;
  if (counter.value >= next_) move_ahead(counter.value);
  words_[counter.value / 64 % kWords] |= bit_of(counter.value);
  return Freshness::fresh;
}

/// Words between the one that next_ - 1 lies in and the new one hold counters of a lap ago. Before
/// the first packet all words are zero, so that clearing from word 1 is as good.
inline void ReplayWindow::move_ahead(std::uint64_t newest) {
  const std::uint64_t newest_word = next_ == 0 ? 0 : (next_ - 1) / 64;
  const std::uint64_t stale_words = std::min(newest / 64 - newest_word, kWords);
  for (std::uint64_t i = 1; i <= stale_words; ++i) words_[(newest_word + i) % kWords] = 0;
  next_ = newest + 1;
}

}  // namespace jvpn
