// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bell.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace jvpn::test {
namespace {

bool rings_within(const Bell& bell, int ms) {
  pollfd file{bell.fd(), POLLIN, 0};
  return poll(&file, 1, ms) == 1;
}

TEST(Bell, IsHeardByWhoSleepsOnly) {
  const auto bell = std::move(*Bell::create());
  bell->ring();
  EXPECT_FALSE(rings_within(*bell, 0));
  bell->arm();
  EXPECT_FALSE(rings_within(*bell, 0));
  bell->ring();
  EXPECT_TRUE(rings_within(*bell, 0));
  bell->silence();
  EXPECT_FALSE(rings_within(*bell, 0));
  bell->arm();
  bell->disarm();
  bell->ring();
  EXPECT_FALSE(rings_within(*bell, 0));
}

/// One side fills and rings, the other sleeps unless it sees something: nothing is ever slept over.
TEST(Bell, LosesNoWake) {
  constexpr int kItems = 20'000;
  const auto bell = std::move(*Bell::create());
  std::atomic<int> filled{0};
  std::thread ringer([&] {
    for (int i = 1; i <= kItems; ++i) {
      filled.store(i, std::memory_order_release);
      bell->ring();
      if (i % 64 == 0) std::this_thread::yield();
    }
  });
  int seen = 0;
  int overslept = 0;
  while (seen < kItems) {
    bell->arm();
    const int now = filled.load(std::memory_order_acquire);
    if (now == seen) {
      if (!rings_within(*bell, 2'000)) ++overslept;
      bell->silence();
    }
    bell->disarm();
    seen = now;
  }
  ringer.join();
  EXPECT_EQ(overslept, 0);
}

}  // namespace
}  // namespace jvpn::test
