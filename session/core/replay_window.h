// SPDX-License-Identifier: Apache-2.0
// Anti-replay window: a ring of as many bits as the window remembers, a counter's bit at its value
// modulo that. Moving ahead forgets the bits between the newest counter and the next one, so that a
// packet that follows the newest, as nearly all do, forgets nothing (RFC 6479 clears whole words,
// and needs one more than the window).
//
// One writer, no locks. The order is check, open, mark: check() before the cipher is a cheap filter
// and changes nothing; mark() after it may still refuse, because twins can share a burst. Inline:
// asked twice for each packet.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
  const void* place_of(Counter counter) const { return &word_of(counter.value); }
  /// Only before a key is first published.
  void reset() { *this = ReplayWindow(); }

 private:
  static constexpr std::uint64_t kWordBits = 64;
  static constexpr std::uint64_t kWords = kMaxReplayWindow / kWordBits;
  static_assert(std::has_single_bit(kWords), "modulo is a mask");
  static constexpr std::uint64_t bit_of(std::uint64_t counter) {
    return std::uint64_t{1} << (counter % kWordBits);
  }
  std::uint64_t& word_of(std::uint64_t counter) { return words_[counter / kWordBits % kWords]; }
  const std::uint64_t& word_of(std::uint64_t counter) const {
    return words_[counter / kWordBits % kWords];
  }
  void forget(std::uint64_t first, std::uint64_t end);

  std::uint64_t next_ = 0;
  std::array<std::uint64_t, kWords> words_{};
};
static_assert(sizeof(ReplayWindow) == 1032);

inline Freshness ReplayWindow::check(Counter counter, std::uint32_t window) const {
  ensure(window <= kMaxReplayWindow, "the ring remembers kMaxReplayWindow packets");
  const std::uint64_t value = counter.value;
  // No counter could follow the last one, and next_ could not say so: it is never accepted.
  if (value == std::numeric_limits<std::uint64_t>::max()) return Freshness::late;
  if (value >= next_) return Freshness::fresh;
  if (next_ - value > window) return Freshness::late;
  const bool seen = (word_of(value) & bit_of(value)) != 0;
  return seen ? Freshness::duplicate : Freshness::fresh;
}

inline Freshness ReplayWindow::mark(Counter counter, std::uint32_t window) {
  const Freshness freshness = check(counter, window);
  if (freshness != Freshness::fresh) return freshness;
  if (counter.value >= next_) {
    if (counter.value != next_) forget(next_, counter.value);
    next_ = counter.value + 1;
  }
  word_of(counter.value) |= bit_of(counter.value);
  return Freshness::fresh;
}

/// Their bits are those of counters a lap ago.
inline void ReplayWindow::forget(std::uint64_t first, std::uint64_t end) {
  if (end - first >= kMaxReplayWindow) return words_.fill(0);
  while (first != end) {
    const std::uint64_t count = std::min(kWordBits - first % kWordBits, end - first);
    const std::uint64_t bits = ~std::uint64_t{0} >> (kWordBits - count);
    word_of(first) &= ~(bits << first % kWordBits);
    first += count;
  }
}

}  // namespace jvpn
