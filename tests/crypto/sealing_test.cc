// SPDX-License-Identifier: Apache-2.0
#include "crypto/sealing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/aead.h"
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

/// libsodium has an XChaCha20-Poly1305 of its own, which shares no code with ours but HChaCha20.
RC_GTEST_PROP(ControlSealing, IsWhatLibsodiumMakesOfIt,
              (const Bytes<32>& secret, const SealNonce& nonce, const Buffer& aad,
               const Buffer& plain)) {
  Buffer expected(plain.size() + kSealTagSize), sealed(expected.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(expected.data(), nullptr, plain.data(), plain.size(),
                                             aad.data(), aad.size(), nullptr, nonce.data(),
                                             secret.data());
  seal_control(Key32::copy_of(secret), nonce, aad, plain, sealed);
  RC_ASSERT(sealed == expected);
}

TEST(ControlSealing, IsWhatLibsodiumMakesOfEverySize) {
  Buffer text(1300, 0x5a), sealed, expected;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const ByteView plain = ByteView(text).first(size), aad = ByteView(text).first(size % 97);
    sealed.resize(size + kSealTagSize);
    expected.resize(sealed.size());
    seal_control(some_key(), SealNonce{9}, aad, plain, sealed);
    crypto_aead_xchacha20poly1305_ietf_encrypt(expected.data(), nullptr, plain.data(), size,
                                               aad.data(), aad.size(), nullptr, SealNonce{9}.data(),
                                               some_key().view().data());
    ASSERT_EQ(sealed, expected) << size;
  }
}

TEST(ControlSealing, AWorkersEngineOpensEverySizeAlike) {
  AeadEngine engine = std::move(AeadEngine::create().value());
  Buffer text(1300, 0x5a), sealed, out;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const ByteView plain = ByteView(text).first(size), aad = ByteView(text).first(size % 97);
    sealed.resize(size + kSealTagSize);
    out.assign(size, 1);
    seal_control(some_key(), SealNonce{9}, aad, plain, sealed);
    ASSERT_TRUE(engine.open_sealed(some_key().view(), SealNonce{9}, aad, sealed, out)) << size;
    ASSERT_TRUE(std::ranges::equal(out, plain)) << size;
    sealed[size % sealed.size()] ^= 0x20;
    ASSERT_FALSE(engine.open_sealed(some_key().view(), SealNonce{9}, aad, sealed, out)) << size;
    ASSERT_EQ(out, Buffer(size)) << size;
    ASSERT_FALSE(engine.open_sealed(some_key().view(), SealNonce{9}, aad, text, out)) << size;
  }
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
