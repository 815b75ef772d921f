// SPDX-License-Identifier: Apache-2.0
// Anti-replay window: a ring of as many bits as the window remembers, a counter's bit at its value
// modulo that. Moving ahead forgets the bits between the newest counter and the next one, so that a
// packet that follows the newest, as nearly all do, forgets nothing (RFC 6479 clears whole words,
// and needs one more than the window). The word of the newest counter is kept in front, beside that
// counter: the ring itself is looked at once in 64 packets.
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
  /// Only before a key is first published.
  void reset() { *this = ReplayWindow(); }

 private:
  static constexpr std::uint64_t kWordBits = 64;
  static constexpr std::uint64_t kWords = kMaxReplayWindow / kWordBits;
  static_assert(std::has_single_bit(kWords), "modulo is a mask");
  static constexpr std::uint64_t bit_of(std::uint64_t counter) {
    return std::uint64_t{1} << (counter % kWordBits);
  }
  static constexpr std::uint64_t place_of(std::uint64_t counter) {
    return counter / kWordBits % kWords;
  }
  std::uint64_t place_of_newest() const { return place_of(next_ - 1); }
  std::uint64_t& word_at(std::uint64_t place) {
    return place == place_of_newest() ? newest_word_ : words_[place];
  }
  bool has(std::uint64_t counter) const {
    const std::uint64_t place = place_of(counter);
    const std::uint64_t word = place == place_of_newest() ? newest_word_ : words_[place];
    return (word & bit_of(counter)) != 0;
  }
  /// Of a counter that would be the newest: whether it lies within the newest word, and is neither
  /// that word's first nor its last. (The very last counter of all is some word's last.)
  static constexpr bool is_inside_word(std::uint64_t counter) {
    return counter % kWordBits - 1 < kWordBits - 2;
  }
  Freshness mark_out_of_order(Counter counter, std::uint32_t window);
  void forget(std::uint64_t first, std::uint64_t end);
  void move_to(std::uint64_t counter);

  std::uint64_t next_ = 0;
  std::uint64_t newest_word_ = 0;              ///< instead of the one at the newest counter's place
  std::array<std::uint64_t, kWords> words_{};  ///< of the ring, but for that one
};
static_assert(sizeof(ReplayWindow) == 1040);

inline Freshness ReplayWindow::check(Counter counter, std::uint32_t window) const {
  const std::uint64_t value = counter.value;
  // No counter could follow the last one, and next_ could not say so: it is never accepted.
  if (value == std::numeric_limits<std::uint64_t>::max()) return Freshness::late;
  if (value >= next_) return Freshness::fresh;
  ensure(window <= kMaxReplayWindow, "the ring remembers kMaxReplayWindow packets");
  if (next_ - value > window) return Freshness::late;
  return has(value) ? Freshness::duplicate : Freshness::fresh;
}

[[gnu::always_inline]] inline Freshness ReplayWindow::mark(Counter counter, std::uint32_t window) {
  if (counter.value == next_ && is_inside_word(next_)) [[likely]] {
    newest_word_ |= bit_of(next_++);  // what stood there was of a lap ago
    return Freshness::fresh;
  }
  return mark_out_of_order(counter, window);
}

[[gnu::noinline]] inline Freshness ReplayWindow::mark_out_of_order(Counter counter,
                                                                   std::uint32_t window) {
  const Freshness freshness = check(counter, window);
  if (freshness != Freshness::fresh) return freshness;
  if (counter.value >= next_) {
    if (counter.value != next_) forget(next_, counter.value);
    move_to(counter.value);
  }
  word_at(place_of(counter.value)) |= bit_of(counter.value);
  return Freshness::fresh;
}

/// Makes it the newest.
inline void ReplayWindow::move_to(std::uint64_t counter) {
  const std::uint64_t from = place_of_newest(), to = place_of(counter);
  if (from != to) {
    words_[from] = newest_word_;
    newest_word_ = words_[to];
  }
  next_ = counter + 1;
}

/// Their bits are those of counters a lap ago.
inline void ReplayWindow::forget(std::uint64_t first, std::uint64_t end) {
  if (end - first >= kMaxReplayWindow) {
    newest_word_ = 0;
    return words_.fill(0);
  }
  while (first != end) {
    const std::uint64_t count = std::min(kWordBits - first % kWordBits, end - first);
    const std::uint64_t bits = ~std::uint64_t{0} >> (kWordBits - count);
    word_at(place_of(first)) &= ~(bits << first % kWordBits);
    first += count;
  }
}

}  // namespace jvpn
