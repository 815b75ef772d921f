// SPDX-License-Identifier: Apache-2.0
#include "session/core/meter.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "session/core/policy.h"

namespace jvpn::test {
namespace {

constexpr Instant kStart{1'000'000'000};

MeterPolicy limits(std::uint64_t committed_bps, std::uint64_t peak_bps) {
  MeterPolicy policy;
  policy.committed_bps = committed_bps;
  policy.peak_bps = peak_bps;
  policy.committed_burst_bytes = 20'000;
  policy.peak_burst_bytes = 50'000;
  return policy;
}

/// RFC 2698, section 3, to the letter: two token counts that are filled as time goes by.
class TokenBuckets {
 public:
  explicit TokenBuckets(const MeterPolicy& policy)
      : policy_(policy), committed_(policy.committed_burst_bytes), peak_(policy.peak_burst_bytes) {}

  Colour meter(std::uint32_t bytes, Instant now) {
    const double seconds = static_cast<double>((now - last_).count()) / 1e9;
    last_ = now;
    fill(committed_, policy_.committed_bps, policy_.committed_burst_bytes, seconds);
    fill(peak_, policy_.peak_bps, policy_.peak_burst_bytes, seconds);
    if (peak_ < bytes) return Colour::red;
    peak_ -= bytes;
    if (committed_ < bytes) return Colour::yellow;
    committed_ -= bytes;
    return Colour::green;
  }

 private:
  static void fill(double& tokens, std::uint64_t bps, std::uint32_t burst, double seconds) {
    tokens = std::min<double>(burst, tokens + seconds * static_cast<double>(bps) / 8);
  }

  MeterPolicy policy_;
  double committed_, peak_;
  Instant last_ = kStart;
};

/// Bytes by colour of a flow at several times the peak rate, over so much virtual time.
std::array<std::uint64_t, 3> flood(const MeterPolicy& policy, std::uint32_t bytes, Duration time) {
  const MeterProfile profile = profile_of(policy);
  MeterState state;
  std::array<std::uint64_t, 3> taken{};
  const auto gap = static_cast<std::int64_t>(8e9 * bytes / (3.7 * double(policy.peak_bps)));
  const Duration step{std::max<std::int64_t>(gap, 1)};
  for (Instant now = kStart; now < kStart + time; now = now + step) {
    taken[static_cast<std::size_t>(meter(state, profile, bytes, now))] += bytes;
  }
  return taken;
}

TEST(Meter, PassesThePeakRateWithinTwoPercentWhateverTheRateAndTheSize) {
  for (const std::uint64_t peak : {1'000'000ull, 100'000'000ull, 10'000'000'000ull}) {
    for (const std::uint32_t bytes : {64u, 512u, 1420u}) {
      const double seconds = 0.2 * std::min(1e8 / double(peak), 20.0);
      const auto time = Duration(static_cast<std::int64_t>(seconds * 1e9));
      const auto [green, yellow, red] = flood(limits(peak / 4, peak), bytes, time);
      const double all = seconds * double(peak) / 8, burst = 50'000;
      EXPECT_NEAR(double(green + yellow), all + burst, 0.02 * all) << peak << " " << bytes;
      EXPECT_NEAR(double(green), all / 4 + 20'000, 0.02 * all) << peak << " " << bytes;
      EXPECT_GT(red, 0u);
    }
  }
}

TEST(Meter, PassesTheFastestRateThatCanBeConfigured) {
  const auto [green, yellow, red] = flood(limits(0, 100'000'000'000), 1420, 10ms);
  EXPECT_NEAR(double(yellow), 125e6, 0.02 * 125e6);
  EXPECT_EQ(green, 0u);
}

TEST(Meter, PassesABurstAtOnceAndAnotherAfterAPause) {
  const MeterProfile profile = profile_of(limits(400'000, 800'000));
  MeterState state;
  Instant now = kStart;
  for (int round = 0; round < 3; ++round, now = now + 3600s) {
    int passed = 0;
    while (meter(state, profile, 1000, now) != Colour::red) ++passed;
    EXPECT_EQ(passed, 50);
    EXPECT_EQ(meter(state, profile, 1000, now + 9ms), Colour::red);
    EXPECT_EQ(meter(state, profile, 1000, now + 11ms), Colour::yellow);
  }
}

TEST(Meter, TakesNothingForWhatItRefuses) {
  const MeterProfile profile = profile_of(limits(8'000, 8'000));
  MeterState state;
  while (meter(state, profile, 1000, kStart) != Colour::red) {
  }
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(meter(state, profile, 1000, kStart + 900ms), Colour::red);
  EXPECT_NE(meter(state, profile, 1000, kStart + 1001ms), Colour::red);
}

/// A packet that just passes one and just not the other moves what follows: what counts is how much
/// gets which colour.
TEST(Meter, GivesAsMuchOfEachColourAsTheTokenBucketsWhateverTheFlow) {
  std::mt19937 random(2698);
  for (int flow = 0; flow < 30; ++flow) {
    const std::uint64_t peak = 1'000'000u << random() % 10;
    const MeterPolicy policy = limits(peak / (1 + random() % 4), peak);
    const MeterProfile profile = profile_of(policy);
    const std::uint64_t mean_ns = 8'000'000'000ull * 700 / peak;
    MeterState state;
    TokenBuckets reference(policy);
    std::array<double, 3> ours{}, theirs{};
    Instant now = kStart;
    constexpr int kPackets = 5000;
    for (int i = 0; i < kPackets; ++i) {
      const auto bytes = static_cast<std::uint32_t>(40 + random() % 1400);
      now = now + Duration(static_cast<std::int64_t>(random() % (2 * mean_ns)));
      ours[static_cast<std::size_t>(meter(state, profile, bytes, now))] += bytes;
      theirs[static_cast<std::size_t>(reference.meter(bytes, now))] += bytes;
    }
    for (std::size_t colour = 0; colour < 3; ++colour) {
      EXPECT_NEAR(ours[colour], theirs[colour], 740.0 * kPackets / 200) << peak << " " << colour;
    }
  }
}

TEST(Meter, HasNoProfileForNoLimit) {
  EXPECT_EQ(profile_of(MeterPolicy{}), MeterProfile{});
}

}  // namespace
}  // namespace jvpn::test
