// SPDX-License-Identifier: Apache-2.0
#include "crypto/kdf.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

Buffer counting(std::size_t size) {
  Buffer out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}

// Expected values of this file: Python's hashlib.blake2b (tests/crypto/noise_reference.py).
TEST(Derive, IsKeyedBlake2bOfLabelZeroContext) {
  EXPECT_EQ(to_hex(derive(counting(32), "known answer", Buffer{0xa0, 0xa1}).view()),
            "ba7e3e0c061213e90113ff174faa2335c4bfe52ab12dedc13ec3bdb8776d119c");
}

TEST(Derive, GivesIvsThatAreTheBeginningOfTheSame) {
  EXPECT_EQ(to_hex(derive_iv(counting(32), "known answer", Buffer{0xa0, 0xa1})),
            "ba7e3e0c061213e90113ff17");
}

TEST(Derive, TakesTheWholeOfA64ByteSecret) {
  Buffer one = counting(64), other = one;
  other.back() ^= 1;
  EXPECT_FALSE(derive(one, "label").equals(derive(other, "label")));
}

RC_GTEST_PROP(Derive, GivesDifferentKeysForDifferentInputs,
              (const Bytes<32>& secret, const Buffer& context)) {
  const Key32 key = derive(secret, "label", context);
  Buffer longer = context;
  longer.push_back(0);
  Bytes<32> other = secret;
  other[31] ^= 0x80;
  RC_ASSERT(!key.equals(derive(secret, "label", longer)));
  RC_ASSERT(!key.equals(derive(secret, "labe", context)));
  RC_ASSERT(!key.equals(derive(other, "label", context)));
  RC_ASSERT(key.equals(derive(secret, "label", context)));
}

TEST(Derive, DoesNotConfuseTheEndOfTheLabelWithTheContext) {
  EXPECT_FALSE(
      derive(counting(32), "ab", Buffer{'c'}).equals(derive(counting(32), "a", Buffer{'b', 'c'})));
}

TEST(DeriveDeathTest, StopsOnSecretsAndLabelsThatTheCallerMustNotUse) {
  EXPECT_DEATH(derive(counting(8), "label"), "16 to 64");
  EXPECT_DEATH(derive(counting(65), "label"), "16 to 64");
  EXPECT_DEATH(derive(counting(32), std::string_view("a\0b", 3)), "ends the label");
}

TEST(Mac, IsKeyedBlake2bOf128Bits) {
  EXPECT_EQ(to_hex(mac(counting(32), Buffer{'a', 'b', 'c'})), "1a64be47e4729d951c302ee543f97cf3");
}

TEST(Mac, DiffersInEveryBitThatMatters) {
  const Mac genuine = mac(counting(32), counting(10));
  EXPECT_TRUE(mac_equals(genuine, mac(counting(32), counting(10))));
  for (std::size_t bit = 0; bit < 128; ++bit) {
    Mac forged = genuine;
    forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(mac_equals(genuine, forged));
  }
}

TEST(Hash, IsBlake2bOf256Bits) {
  EXPECT_EQ(to_hex(hash(Buffer{'a', 'b', 'c'})),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(to_hex(hash({})), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

}  // namespace
}  // namespace jvpn::test
