// SPDX-License-Identifier: Apache-2.0
#include "session/core/replay_window.h"

#include <algorithm>
#include <limits>

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr std::uint64_t bit_of(std::uint64_t counter) {
  return std::uint64_t{1} << (counter % 64);
}

}  // namespace

Freshness ReplayWindow::check(Counter counter, std::uint32_t window) const {
  ensure(window <= kMaxReplayWindow, "the ring remembers kMaxReplayWindow packets");
  const std::uint64_t value = counter.value;
  // No counter could follow the last one, and next_ could not say so: it is never accepted.
  if (value == std::numeric_limits<std::uint64_t>::max()) return Freshness::late;
  if (value >= next_) return Freshness::fresh;
  if (next_ - value > window) return Freshness::late;
  const bool seen = (words_[value / 64 % kWords] & bit_of(value)) != 0;
  return seen ? Freshness::duplicate : Freshness::fresh;
}

Freshness ReplayWindow::mark(Counter counter, std::uint32_t window) {
  const Freshness freshness = check(counter, window);
  if (freshness != Freshness::fresh) return freshness;
  const std::uint64_t value = counter.value;
  if (value >= next_) {
    // Words between the one that next_ - 1 lies in and the new one hold counters of a lap ago.
    // Before the first packet all words are zero, so that clearing from word 1 is as good.
    const std::uint64_t newest_word = next_ == 0 ? 0 : (next_ - 1) / 64;
    const std::uint64_t stale_words = std::min(value / 64 - newest_word, kWords);
    for (std::uint64_t i = 1; i <= stale_words; ++i) words_[(newest_word + i) % kWords] = 0;
    next_ = value + 1;
  }
  words_[value / 64 % kWords] |= bit_of(value);
  return Freshness::fresh;
}

}  // namespace jvpn
