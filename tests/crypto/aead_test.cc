// SPDX-License-Identifier: Apache-2.0
// What needs no particular tier: nonces, keys in memory, starting an engine.
#include "crypto/aead.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/crypto/aead_fixture.h"

namespace jvpn::test {
namespace {

TEST(Nonce, IsTheIvXorTheBigEndianCounterInItsLastEightBytes) {
  const Bytes<12> iv{0xf0, 0xf1, 0xf2, 0xf3, 0, 0, 0, 0, 0, 0, 0, 0xff};
  EXPECT_EQ(make_nonce(iv, 0), iv);
  EXPECT_EQ(make_nonce(iv, 0x0102030405060708),
            (Bytes<12>{0xf0, 0xf1, 0xf2, 0xf3, 1, 2, 3, 4, 5, 6, 7, 0x08 ^ 0xff}));
  EXPECT_EQ(make_nonce(iv, UINT64_MAX),
            (Bytes<12>{0xf0, 0xf1, 0xf2, 0xf3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}));
}

RC_GTEST_PROP(Nonce, DiffersForDifferentCounters,
              (const Bytes<12>& iv, std::uint64_t a, std::uint64_t b)) {
  RC_PRE(a != b);
  RC_ASSERT(make_nonce(iv, a) != make_nonce(iv, b));
}

TEST(AeadKey, IsPlainMemoryOfWholeCacheLines) {
  EXPECT_EQ(sizeof(AeadKey) % 64, 0U);
  EXPECT_EQ(alignof(AeadKey), 64U);
  EXPECT_TRUE(std::is_trivially_copyable_v<AeadKey>);
}

TEST(AeadKey, IsAllZerosAfterWiping) {
  AeadEngine engine = AeadEngine::create().value();
  for (Suite suite : {Suite::aes_256_gcm, Suite::chacha20_poly1305}) {
    alignas(AeadKey) Bytes<sizeof(AeadKey)> memory;
    memory.fill(0xaa);
    AeadKey& key = *reinterpret_cast<AeadKey*>(memory.data());
    Bytes<32> secret;
    secret.fill(7);
    engine.expand(suite, Key32::take(secret), Bytes<12>{1}, key);
    EXPECT_FALSE(sodium_is_zero(memory.data(), memory.size()));
    wipe_key(key);
    EXPECT_TRUE(sodium_is_zero(memory.data(), memory.size()));
  }
}

TEST(AeadEngine, TakesTheBestTierThatTheCpuHas) {
  const AeadEngine engine = AeadEngine::create().value();
  ArchTier best = ArchTier::sse;
  for (ArchTier tier : kAllTiers) best = cpu_has(tier) ? tier : best;
  EXPECT_EQ(engine.tier(), best) << "runs " << tier_name(engine.tier());
}

TEST(AeadEngine, KeepsWorkingAfterBeingMoved) {
  AeadEngine first = AeadEngine::create().value();
  AeadKey key;
  first.expand(Suite::aes_256_gcm, Key32(), {}, key);
  AeadEngine second = std::move(first);
  Message message{.key = &key, .aad = {1}, .bytes = with_tag_room({1, 2, 3})};
  AeadOp op = message.op();
  second.seal({&op, 1});
  second.open({&op, 1});
  EXPECT_TRUE(op.ok);
  EXPECT_EQ(message.data(), (Buffer{1, 2, 3}));
}

}  // namespace
}  // namespace jvpn::test
