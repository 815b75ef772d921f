// SPDX-License-Identifier: Apache-2.0
#include "crypto/sealing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

Key32 some_key() {
  Bytes<32> bytes;
  bytes.fill(0x42);
  return Key32::take(bytes);
}

RC_GTEST_PROP(ControlSealing, OpensWhatItSealedAlsoInPlace,
              (const SealNonce& nonce, const Buffer& aad, const Buffer& plain)) {
  const Key32 key = some_key();
  Buffer message = plain;
  message.resize(plain.size() + kSealTagSize);
  seal_control(key, nonce, aad, ByteView(message).first(plain.size()), message);
  RC_ASSERT(open_control(key.view(), nonce, aad, message, ByteSpan(message).first(plain.size())));
  message.resize(plain.size());
  RC_ASSERT(message == plain);
}

TEST(ControlSealing, RefusesEachFlippedBitAndLeavesZeros) {
  const Key32 key = some_key();
  const Buffer aad{1, 2, 3, 4}, plain{10, 20, 30, 40, 50};
  Buffer sealed(plain.size() + kSealTagSize);
  seal_control(key, SealNonce{7}, aad, plain, sealed);
  for (std::size_t bit = 0; bit < (aad.size() + sealed.size()) * 8; ++bit) {
    Buffer forged_aad = aad, forged = sealed, out(plain.size(), 0xee);
    const std::size_t at = bit / 8;
    std::uint8_t& byte = at < aad.size() ? forged_aad[at] : forged[at - aad.size()];
    byte = static_cast<std::uint8_t>(byte ^ (1U << (bit % 8)));
    EXPECT_FALSE(open_control(key.view(), SealNonce{7}, forged_aad, forged, out)) << "bit " << bit;
    EXPECT_EQ(out, Buffer(plain.size())) << "bit " << bit;
  }
}

TEST(ControlSealing, RefusesAnotherKeyAndAnotherNonce) {
  const Key32 key = some_key(), other;
  const Buffer plain{1, 2, 3};
  Buffer sealed(plain.size() + kSealTagSize), out(plain.size());
  seal_control(key, SealNonce{7}, {}, plain, sealed);
  EXPECT_FALSE(open_control(other.view(), SealNonce{7}, {}, sealed, out));
  EXPECT_FALSE(open_control(key.view(), SealNonce{8}, {}, sealed, out));
  EXPECT_TRUE(open_control(key.view(), SealNonce{7}, {}, sealed, out));
}

TEST(ControlSealing, RefusesAGenuineMessageOfAnotherSizeAndLeavesZeros) {
  const Key32 key = some_key();
  Buffer sealed(5 + kSealTagSize);
  seal_control(key, SealNonce{7}, {}, Buffer{1, 2, 3, 4, 5}, sealed);
  for (std::size_t size : {1U, 4U, 6U}) {
    Buffer out(size, 0xee);
    EXPECT_FALSE(open_control(key.view(), SealNonce{7}, {}, sealed, out));
    EXPECT_EQ(out, Buffer(size));
  }
}

TEST(ControlSealing, RefusesWhatIsShorterThanATag) {
  for (std::size_t size = 0; size < kSealTagSize; ++size) {
    EXPECT_FALSE(open_control(some_key().view(), SealNonce{}, {}, Buffer(size), {})) << size;
  }
}

}  // namespace
}  // namespace jvpn::test
