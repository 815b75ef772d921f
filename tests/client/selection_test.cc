// SPDX-License-Identifier: Apache-2.0
#include "client/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace jvpn::client {
namespace {

PathQuality path(std::uint8_t id, double loss, Duration rtt, bool stable = true) {
  return {PathId{id}, loss, rtt, stable};
}
std::optional<PathId> choose(const PathQuality& current, std::vector<PathQuality> others) {
  const auto chosen = choose_better(current, others, {});
  std::reverse(others.begin(), others.end());
  EXPECT_EQ(choose_better(current, others, {}), chosen) << "the order of asking decides nothing";
  return chosen;
}

TEST(Selection, PutsLossBeforeLatency) {
  EXPECT_EQ(choose(path(1, 0.10, 10ms), {path(2, 0.0, 90ms)}), PathId{2});
  EXPECT_EQ(choose(path(1, 0.0, 90ms), {path(2, 0.10, 10ms)}), std::nullopt);
}

TEST(Selection, CallsLatencyWithinTheFactorEqual) {
  EXPECT_EQ(choose(path(1, 0.0, 100ms), {path(2, 0.0, 90ms)}), std::nullopt);
  EXPECT_EQ(choose(path(1, 0.0, 100ms), {path(2, 0.0, 80ms)}), PathId{2});
  EXPECT_EQ(choose(path(1, 0.0, 2ms), {path(2, 0.0, 1ms)}), std::nullopt) << "that is noise";
}

TEST(Selection, LetsTheOperatorsOrderDecideBetweenEquals) {
  EXPECT_EQ(choose(path(1, 0.0, 50ms), {path(0, 0.0, 52ms)}), PathId{0});
  EXPECT_EQ(choose(path(0, 0.0, 52ms), {path(1, 0.0, 50ms)}), std::nullopt);
  EXPECT_EQ(choose(path(2, 0.0, 50ms), {path(1, 0.0, 50ms), path(0, 0.0, 50ms)}), PathId{0});
}

TEST(Selection, PrefersAStablePathToOneThatIsNot) {
  EXPECT_EQ(choose(path(0, 0.0, 50ms, false), {path(1, 0.0, 50ms)}), PathId{1});
  EXPECT_EQ(choose(path(0, 0.5, 50ms), {path(1, 0.0, 50ms, false)}), std::nullopt);
}

TEST(Selection, DropsCandidatesOverTheLossThreshold) {
  EXPECT_EQ(choose(path(0, 0.9, 50ms), {path(1, 0.3, 50ms)}), std::nullopt);
}

TEST(Selection, NeverGoesRoundInCircles) {
  const double losses[] = {0.0, 0.015, 0.03, 0.1};
  const Duration rtts[] = {1ms, 5ms, 20ms, 22ms, 26ms, 60ms};
  for (const double loss_a : losses) {
    for (const double loss_b : losses) {
      for (const Duration rtt_a : rtts) {
        for (const Duration rtt_b : rtts) {
          const PathQuality a = path(0, loss_a, rtt_a), b = path(1, loss_b, rtt_b);
          EXPECT_FALSE(choose(a, {b}) && choose(b, {a})) << "each better than the other";
        }
      }
    }
  }
}

}  // namespace
}  // namespace jvpn::client
