// SPDX-License-Identifier: Apache-2.0
#include "session/core/replay_window.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <vector>

namespace jvpn {
namespace {

constexpr std::uint64_t kLast = UINT64_MAX;

/// What the window must do, said as simply as possible: remember everything.
class Model {
 public:
  explicit Model(std::uint32_t window) : window_(window) {}
  Freshness mark(std::uint64_t counter) {
    if (counter == kLast) return Freshness::late;
    if (!seen_.empty() && *seen_.rbegin() >= counter && *seen_.rbegin() - counter >= window_) {
      return Freshness::late;
    }
    return seen_.insert(counter).second ? Freshness::fresh : Freshness::duplicate;
  }

 private:
  std::uint32_t window_;
  std::set<std::uint64_t> seen_;
};

bool same(const ReplayWindow& a, const ReplayWindow& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Marks each counter in window and model; refusals must leave the window untouched.
void expect_agreement(const std::vector<std::uint64_t>& counters, std::uint32_t window) {
  ReplayWindow under_test;
  Model model(window);
  for (std::uint64_t counter : counters) {
    const ReplayWindow before = under_test;
    const Freshness checked = under_test.check(Counter{counter}, window);
    RC_ASSERT(same(before, under_test));
    const Freshness marked = under_test.mark(Counter{counter}, window);
    RC_ASSERT(checked == marked);
    RC_ASSERT(marked == model.mark(counter));
    if (marked != Freshness::fresh) RC_ASSERT(same(before, under_test));
    if (marked == Freshness::fresh) RC_ASSERT(under_test.next() > counter);
  }
}

TEST(ReplayWindow, AcceptsEachCounterOnceInOrder) {
  ReplayWindow window;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    EXPECT_TRUE(window.is_newest(Counter{i}));
    ASSERT_EQ(window.mark(Counter{i}), Freshness::fresh);
    ASSERT_EQ(window.mark(Counter{i}), Freshness::duplicate);
    EXPECT_FALSE(window.is_newest(Counter{i}));
    ASSERT_EQ(window.next(), i + 1);
  }
}

TEST(ReplayWindow, TellsLateFromDuplicateAtItsEdge) {
  for (std::uint32_t width : {1u, 63u, 64u, 65u, 1000u, kMaxReplayWindow}) {
    ReplayWindow window;
    const std::uint64_t top = 3 * std::uint64_t{kMaxReplayWindow};
    ASSERT_EQ(window.mark(Counter{top}, width), Freshness::fresh);
    EXPECT_EQ(window.check(Counter{top}, width), Freshness::duplicate);
    EXPECT_EQ(window.check(Counter{top - width}, width), Freshness::late);
    if (width == 1) continue;
    EXPECT_EQ(window.mark(Counter{top - width + 1}, width), Freshness::fresh);
    EXPECT_EQ(window.mark(Counter{top - width + 1}, width), Freshness::duplicate);
  }
}

TEST(ReplayWindow, JumpsOfAnySizeForgetNothingThatIsStillInTheWindow) {
  for (std::uint64_t jump = 1; jump < 3 * kMaxReplayWindow; jump += 61) {
    ReplayWindow window;
    ASSERT_EQ(window.mark(Counter{5}), Freshness::fresh);
    ASSERT_EQ(window.mark(Counter{5 + jump}), Freshness::fresh);
    const bool inside = jump < kMaxReplayWindow;
    EXPECT_EQ(window.check(Counter{5}), inside ? Freshness::duplicate : Freshness::late) << jump;
    for (std::uint64_t c = 6; c < 5 + jump; c += 97) {
      const bool open = 5 + jump - c < kMaxReplayWindow;
      ASSERT_EQ(window.check(Counter{c}), open ? Freshness::fresh : Freshness::late) << jump;
    }
  }
}

TEST(ReplayWindow, WhatAFilledRingHeldALapAgoIsForgotten) {
  constexpr std::uint64_t kLap = kMaxReplayWindow + 64;
  for (std::uint64_t filled : {kLap, kLap + 1, 2 * kLap + 63}) {
    ReplayWindow full;
    for (std::uint64_t c = 0; c < filled; ++c) ASSERT_EQ(full.mark(Counter{c}), Freshness::fresh);
    for (std::uint64_t jump = 1; jump < 2 * kLap; jump += jump < 200 ? 1 : 61) {
      ReplayWindow window = full;
      const std::uint64_t top = filled + jump;
      ASSERT_EQ(window.mark(Counter{top}), Freshness::fresh);
      const std::uint64_t oldest = std::max(filled, top - kMaxReplayWindow + 1);
      for (std::uint64_t c = oldest; c < top; ++c) {
        ASSERT_EQ(window.check(Counter{c}), Freshness::fresh) << filled << " " << jump << " " << c;
      }
      for (std::uint64_t c = top - kMaxReplayWindow + 1; c < filled; ++c) {
        ASSERT_EQ(window.check(Counter{c}), Freshness::duplicate) << filled << " " << jump;
      }
    }
  }
}

TEST(ReplayWindow, TheVeryLastCounterIsNeverAccepted) {
  ReplayWindow window;
  EXPECT_EQ(window.mark(Counter{kLast}), Freshness::late);
  EXPECT_EQ(window.next(), 0u);
  EXPECT_EQ(window.mark(Counter{kLast - 1}), Freshness::fresh);
  EXPECT_EQ(window.next(), kLast);
  EXPECT_EQ(window.mark(Counter{kLast}), Freshness::late);
  EXPECT_EQ(window.mark(Counter{kLast - 1}), Freshness::duplicate);
  EXPECT_EQ(window.mark(Counter{kLast - 1 - kMaxReplayWindow}), Freshness::late);
  EXPECT_EQ(window.mark(Counter{kLast - kMaxReplayWindow}), Freshness::fresh);
  EXPECT_EQ(window.mark(Counter{0}), Freshness::late);
}

TEST(ReplayWindow, ResetForgetsEverything) {
  ReplayWindow window;
  window.mark(Counter{100});
  window.reset();
  EXPECT_EQ(window.next(), 0u);
  EXPECT_EQ(window.mark(Counter{100}), Freshness::fresh);
}

TEST(ReplayWindow, AgreesWithTheModelOnEveryShortSequence) {
  // Counters around word borders of the ring, each sequence of five of them, on a window of 64.
  const std::vector<std::uint64_t> alphabet = {0, 1, 63, 64, 65, 127, 128, 8255, 8256, 8320};
  constexpr std::size_t kLength = 5;
  std::vector<std::size_t> digits(kLength, 0);
  for (;;) {
    std::vector<std::uint64_t> counters;
    for (std::size_t digit : digits) counters.push_back(alphabet[digit]);
    ASSERT_NO_THROW(expect_agreement(counters, 64));
    std::size_t place = 0;
    while (place < kLength && ++digits[place] == alphabet.size()) digits[place++] = 0;
    if (place == kLength) break;
  }
}

TEST(ReplayWindow, AgreesWithTheModelOnRandomWalks) {
  EXPECT_TRUE(rc::check([] {
    const auto width = *rc::gen::inRange<std::uint32_t>(kMinReplayWindow, kMaxReplayWindow + 1);
    // Steps around the window's width, back and forth; sometimes far ahead.
    const auto steps = *rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(
        rc::gen::inRange<std::int64_t>(-100, 200), rc::gen::inRange<std::int64_t>(-9000, 9000),
        rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 40)));
    std::vector<std::uint64_t> counters;
    std::int64_t at = *rc::gen::inRange<std::int64_t>(0, 20'000);
    for (std::int64_t step : steps) {
      at = std::max<std::int64_t>(0, at + step);
      counters.push_back(static_cast<std::uint64_t>(at));
    }
    expect_agreement(counters, width);
  }));
}

TEST(ReplayWindow, AgreesWithTheModelOnDenseShuffles) {
  EXPECT_TRUE(rc::check([] {
    const auto counters =
        *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 200));
    expect_agreement(counters, 64);
  }));
}

}  // namespace
}  // namespace jvpn
