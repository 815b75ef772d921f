// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

TEST(SeededRandom, GivesTheSameRunForTheSameDraws) {
  SeededRandom one(42), other(42);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(one.draw<7>(), other.draw<7>());
    EXPECT_EQ(one.draw<200>(), other.draw<200>());
  }
}

TEST(SeededRandom, DiffersFromSeedToSeed) {
  EXPECT_NE(SeededRandom(1).draw<32>(), SeededRandom(2).draw<32>());
}

TEST(SeededRandom, NeverRepeatsItself) {
  SeededRandom random(3);
  std::set<Bytes<16>> seen;
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(random.draw<16>()).second);
  // Draws longer than a block of the keystream must not overlap with the next draw either.
  const Bytes<130> longer = random.draw<130>();
  const Bytes<64> next = random.draw<64>();
  EXPECT_EQ(std::search(longer.begin(), longer.end(), next.begin(), next.begin() + 2),
            longer.end());
}

TEST(SeededRandom, StaysWhatItWasSoThatOldSeedsKeepTheirRuns) {
  EXPECT_EQ(to_hex(SeededRandom(0).draw<32>()),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7");
}

TEST(SystemRandom, FillsEveryByteAndNeverTheSame) {
  SystemRandom random;
  std::set<Bytes<32>> seen;
  Bytes<32> ever_set{};
  for (int i = 0; i < 1000; ++i) {
    const Bytes<32> draw = random.draw<32>();
    EXPECT_TRUE(seen.insert(draw).second);
    for (std::size_t k = 0; k < draw.size(); ++k) ever_set[k] |= draw[k];
  }
  for (std::uint8_t byte : ever_set) EXPECT_EQ(byte, 0xff);
}

TEST(RandomSources, TakeAnEmptySpan) {
  SeededRandom seeded(1);
  seeded.fill({});
  SystemRandom().fill({});
  EXPECT_EQ(seeded.draw<8>(), SeededRandom(1).draw<8>());
}

}  // namespace
}  // namespace jvpn::test
