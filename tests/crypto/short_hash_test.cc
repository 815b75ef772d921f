// SPDX-License-Identifier: Apache-2.0
#include "crypto/short_hash.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/crypto/test_vectors.h"

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

TEST(ShortMac, IsSipHash24Of128Bits) {
  Bytes<32> key{};
  std::iota(key.begin(), key.begin() + 16, std::uint8_t{0});
  // vectors_sip128 of the reference implementation, the first and the one of 15 bytes.
  EXPECT_EQ(to_hex(short_mac(Key32::copy_of(key), {})), "a3817f04ba25a8e66df67214c7550293");
  Bytes<15> message;
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  EXPECT_EQ(to_hex(short_mac(Key32::copy_of(key), message)), "5493e99933b0a8117e08ec0f97cfc3d9");
}

TEST(ShortHash, DependsOnItsKey) {
  SeededRandom random(1);
  const ShortHash one(random), other(random);
  EXPECT_NE(one(Bytes<4>{}), other(Bytes<4>{}));
}

}  // namespace
}  // namespace jvpn::test
