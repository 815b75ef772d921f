// SPDX-License-Identifier: Apache-2.0
#include "crypto/short_hash.h"

#include <gtest/gtest.h>

#include <numeric>

namespace jvpn::test {
namespace {

/// Hands out the bytes 0, 1, 2, ..., as the authors' test vectors take for a key.
class CountingRandom final : public RandomSource {
 public:
  void fill(ByteSpan out) override { std::iota(out.begin(), out.end(), std::uint8_t{0}); }
};

TEST(ShortHash, IsSipHash24) {
  CountingRandom random;
  const ShortHash hash(random);
  Bytes<15> message;
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  // SipHash: a fast short-input PRF (Aumasson, Bernstein 2012), appendix A.
  EXPECT_EQ(hash(message), 0xa129ca6149be45e5u);
}

TEST(ShortHash, DependsOnItsKey) {
  SeededRandom random(1);
  const ShortHash one(random), other(random);
  EXPECT_NE(one(Bytes<4>{}), other(Bytes<4>{}));
}

}  // namespace
}  // namespace jvpn::test
