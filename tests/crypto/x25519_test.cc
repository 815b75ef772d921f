// SPDX-License-Identifier: Apache-2.0
#include "crypto/x25519.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

Key32 key(const std::string& hex) {
  return Key32::copy_of(unhex_exactly<32>(hex));
}

TEST(X25519, AgreesOnOneSecretAsInRfc7748Section6Point1) {
  const KeyPair alice =
      KeyPair::from_secret(key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const KeyPair bob =
      KeyPair::from_secret(key("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  EXPECT_EQ(to_hex(alice.public_key),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(bob.public_key),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto ours = x25519(alice.secret, bob.public_key);
  const auto theirs = x25519(bob.secret, alice.public_key);
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(to_hex(ours->view()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  EXPECT_TRUE(ours->equals(*theirs));
}

TEST(X25519, HoldsForAThousandIterationsOfRfc7748Section5Point2) {
  Bytes<32> k{9}, u{9};
  for (int i = 0; i < 1000; ++i) {
    const auto next = x25519(Key32::copy_of(k), u);
    ASSERT_TRUE(next);
    u = k;
    std::copy(next->view().begin(), next->view().end(), k.begin());
  }
  EXPECT_EQ(to_hex(k), "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(X25519, RefusesPointsWhoseSecretEverybodyKnows) {
  const Key32 own = key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  EXPECT_FALSE(x25519(own, PublicKey{0}));
  EXPECT_FALSE(x25519(own, PublicKey{1}));
  PublicKey p_minus_one;
  p_minus_one.fill(0xff);
  p_minus_one[0] = 0xec;
  p_minus_one[31] = 0x7f;
  EXPECT_FALSE(x25519(own, p_minus_one));
}

RC_GTEST_PROP(X25519, GivesBothSidesTheSameSecret, (const Bytes<32>& one, const Bytes<32>& other)) {
  const KeyPair a = KeyPair::from_secret(Key32::copy_of(one));
  const KeyPair b = KeyPair::from_secret(Key32::copy_of(other));
  const auto ab = x25519(a.secret, b.public_key);
  const auto ba = x25519(b.secret, a.public_key);
  RC_ASSERT(ab.has_value() && ba.has_value());
  RC_ASSERT(ab->equals(*ba));
}

}  // namespace
}  // namespace jvpn::test
