// SPDX-License-Identifier: Apache-2.0
// All of Wycheproof's vectors that fit what we use (256-bit keys, 96-bit or for XChaCha20 192-bit
// nonces, 128-bit tags), through our own call path, in bursts of every size from 1 to 32.
#include "crypto/sealing.h"
#include "crypto/x25519.h"
#include "tests/crypto/aead_fixture.h"

namespace jvpn::test {
namespace {

struct Vector {
  int id;
  Buffer key, iv, aad, plain, sealed;
  bool valid;
};

std::vector<Vector> relevant(const nlohmann::json& file, int iv_bits) {
  std::vector<Vector> out;
  for (const auto& group : file.at("testGroups")) {
    if (group.at("keySize") != 256 || group.at("ivSize") != iv_bits) continue;
    if (group.at("tagSize") != 128) continue;
    for (const auto& test : group.at("tests")) {
      out.push_back({test.at("tcId"), unhex(test.at("key")), unhex(test.at("iv")),
                     unhex(test.at("aad")), unhex(test.at("msg")),
                     unhex(test.at("ct").get<std::string>() + test.at("tag").get<std::string>()),
                     test.at("result") == "valid"});
    }
  }
  return out;
}

/// Our nonce is IV xor counter; the vector's nonce as IV and counter 0 give just that nonce.
std::vector<AeadKey> expand_all(AeadEngine& engine, Suite suite, std::span<const Vector> vectors) {
  std::vector<AeadKey> keys(vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    Bytes<12> iv;
    std::copy(vectors[i].iv.begin(), vectors[i].iv.end(), iv.begin());
    const Key32 key = Key32::copy_of(std::span(vectors[i].key).first<32>());
    engine.expand(suite, key, iv, keys[i]);
  }
  return keys;
}

void check_burst(AeadEngine& engine, std::span<const Vector> vectors,
                 std::span<const AeadKey> keys) {
  std::vector<Message> plain, sealed;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const Vector& v = vectors[i];
    plain.push_back({.key = &keys[i], .aad = v.aad, .bytes = with_tag_room(v.plain)});
    sealed.push_back({.key = &keys[i], .aad = v.aad, .bytes = v.sealed});
  }
  std::vector<AeadOp> seal_ops = ops_of(plain), open_ops = ops_of(sealed);
  engine.seal(seal_ops);
  engine.open(open_ops);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const Vector& v = vectors[i];
    EXPECT_EQ(plain[i].bytes == v.sealed, v.valid) << "seal, tcId " << v.id;
    EXPECT_EQ(open_ops[i].ok, v.valid) << "open, tcId " << v.id;
    if (v.valid) {
      EXPECT_EQ(sealed[i].data(), v.plain) << "open, tcId " << v.id;
    }
  }
}

void check_suite(AeadEngine& engine, Suite suite, const nlohmann::json& file, std::size_t count) {
  const std::vector<Vector> vectors = relevant(file, 96);
  ASSERT_EQ(vectors.size(), count) << "the file is another edition: look which vectors it has";
  const std::vector<AeadKey> keys = expand_all(engine, suite, vectors);
  for (std::size_t burst = 1; burst <= 32; ++burst) {
    for (std::size_t at = 0; at < vectors.size(); at += burst) {
      const std::size_t n = std::min(burst, vectors.size() - at);
      check_burst(engine, std::span(vectors).subspan(at, n), std::span(keys).subspan(at, n));
    }
  }
}

class WycheproofOnEveryTier : public EveryTier {};
INSTANTIATE_TEST_SUITE_P(, WycheproofOnEveryTier, testing::ValuesIn(kAllTiers), tier_label);

TEST_P(WycheproofOnEveryTier, AesGcmHoldsInBurstsOfOneToThirtyTwo) {
  JVPN_VECTORS_OR_SKIP(file, "aes_gcm_test.json");
  check_suite(engine(), Suite::aes_256_gcm, file, 66);
}

TEST_P(WycheproofOnEveryTier, ChaCha20Poly1305HoldsInBurstsOfOneToThirtyTwo) {
  JVPN_VECTORS_OR_SKIP(file, "chacha20_poly1305_test.json");
  check_suite(engine(), Suite::chacha20_poly1305, file, 316);
}

TEST(Wycheproof, XChaCha20Poly1305HoldsForControlSealing) {
  JVPN_VECTORS_OR_SKIP(file, "xchacha20_poly1305_test.json");
  const std::vector<Vector> vectors = relevant(file, 192);
  ASSERT_EQ(vectors.size(), 306U);
  AeadEngine engine = std::move(AeadEngine::create().value());
  for (const Vector& v : vectors) {
    const Key32 key = Key32::copy_of(std::span(v.key).first<32>());
    SealNonce nonce;
    std::copy(v.iv.begin(), v.iv.end(), nonce.begin());
    Buffer sealed(v.plain.size() + kSealTagSize), opened(v.plain.size());
    seal_control(key, nonce, v.aad, v.plain, sealed);
    EXPECT_EQ(sealed == v.sealed, v.valid) << "tcId " << v.id;
    EXPECT_EQ(open_control(key.view(), nonce, v.aad, v.sealed, opened), v.valid) << "tcId " << v.id;
    EXPECT_EQ(opened, v.valid ? v.plain : Buffer(v.plain.size())) << "tcId " << v.id;
    EXPECT_EQ(engine.open_sealed(key.view(), nonce, v.aad, v.sealed, opened), v.valid)
        << "tcId " << v.id;
    EXPECT_EQ(opened, v.valid ? v.plain : Buffer(v.plain.size())) << "tcId " << v.id;
  }
}

TEST(Wycheproof, X25519HoldsAndRefusesEveryPointOfSmallOrder) {
  JVPN_VECTORS_OR_SKIP(file, "x25519_test.json");
  std::size_t agreed = 0, refused = 0;
  for (const auto& group : file.at("testGroups")) {
    for (const auto& test : group.at("tests")) {
      const Bytes<32> secret = unhex_exactly<32>(test.at("private"));
      const PublicKey peer = unhex_exactly<32>(test.at("public"));
      const Bytes<32> expected = unhex_exactly<32>(test.at("shared"));
      const std::optional<Key32> shared = x25519(Key32::copy_of(secret), peer);
      const bool zero = sodium_is_zero(expected.data(), expected.size()) == 1;
      ASSERT_EQ(shared.has_value(), !zero) << "tcId " << test.at("tcId");
      if (shared) {
        EXPECT_TRUE(shared->equals(Key32::copy_of(expected))) << "tcId " << test.at("tcId");
      }
      ++(zero ? refused : agreed);
    }
  }
  EXPECT_EQ(agreed + refused, 518U);
  EXPECT_GT(refused, 20U);
}

}  // namespace
}  // namespace jvpn::test
