// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

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

template <class Source>
class UnpredictableRandom : public testing::Test {};
using Unpredictable = testing::Types<SystemRandom, PooledRandom>;
TYPED_TEST_SUITE(UnpredictableRandom, Unpredictable);

TYPED_TEST(UnpredictableRandom, FillsEveryByteAndNeverTheSame) {
  TypeParam random;
  std::set<Bytes<32>> seen;
  Bytes<32> ever_set{};
  for (int i = 0; i < 1000; ++i) {
    const Bytes<32> draw = random.template draw<32>();
    EXPECT_TRUE(seen.insert(draw).second);
    for (std::size_t k = 0; k < draw.size(); ++k) ever_set[k] |= draw[k];
  }
  for (std::uint8_t byte : ever_set) EXPECT_EQ(byte, 0xff);
}

TEST(PooledRandom, DrawsAcrossItsPagesAndMoreThanOneAtOnce) {
  PooledRandom random;
  std::set<Bytes<16>> seen;
  std::vector<std::uint8_t> long_draw(10'000);
  for (int round = 0; round < 3; ++round) {
    random.fill(ByteSpan(long_draw));
    for (std::size_t at = 0; at + 16 <= long_draw.size(); at += 16) {
      Bytes<16> piece;
      std::copy_n(long_draw.begin() + static_cast<std::ptrdiff_t>(at), 16, piece.begin());
      EXPECT_TRUE(seen.insert(piece).second);
    }
    random.draw<7>();  // the next page begins elsewhere
  }
}

TEST(RandomSources, TakeAnEmptySpan) {
  SeededRandom seeded(1);
  seeded.fill({});
  SystemRandom().fill({});
  PooledRandom().fill({});
  EXPECT_EQ(seeded.draw<8>(), SeededRandom(1).draw<8>());
}

}  // namespace
}  // namespace jvpn::test
