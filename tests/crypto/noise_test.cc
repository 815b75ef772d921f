// SPDX-License-Identifier: Apache-2.0
#include "crypto/noise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

KeyPair pair_of(std::uint8_t fill) {
  Bytes<32> secret;
  secret.fill(fill);
  return KeyPair::from_secret(Key32::take(secret));
}

Key32 key_of(std::uint8_t fill) {
  return pair_of(fill).secret.clone();
}

/// Both ends of a handshake between fixed keys, with message 1 already written.
struct Handshake {
  Buffer prologue{'p', 'r', 'o'};
  KeyPair client = pair_of(1), gateway = pair_of(2);
  Key32 psk = key_of(3);
  Buffer payload1{1, 2, 3, 4}, payload2{5, 6, 7};
  Buffer message1 = Buffer(payload1.size() + kNoiseMessage1Overhead);
  Buffer message2 = Buffer(payload2.size() + kNoiseMessage2Overhead);
  Buffer read1 = Buffer(payload1.size()), read2 = Buffer(payload2.size());
  NoiseInitiator initiator{client, gateway.public_key, key_of(4), prologue};
  NoiseResponder responder{gateway, prologue};

  Handshake() { EXPECT_TRUE(initiator.write_message1(payload1, message1)); }

  std::optional<NoiseResult> answer() {
    if (!responder.read_message1(message1, read1)) return std::nullopt;
    return responder.write_message2(payload2, psk, key_of(5), message2);
  }
};

// --- both roles against each other ------------------------------------------------------------

TEST(Noise, EndsWithTheSameSecretsOnBothSides) {
  Handshake h;
  const auto theirs = h.answer();
  const auto ours = h.initiator.read_message2(h.message2, h.psk, h.read2);
  ASSERT_TRUE(ours && theirs);
  EXPECT_TRUE(ours->chaining_key.equals(theirs->chaining_key));
  EXPECT_EQ(ours->handshake_hash, theirs->handshake_hash);
  EXPECT_FALSE(ours->chaining_key.is_zero());
  EXPECT_EQ(h.read1, h.payload1);
  EXPECT_EQ(h.read2, h.payload2);
}

TEST(Noise, TellsTheResponderWhoItTalksTo) {
  Handshake h;
  EXPECT_EQ(h.responder.read_message1(h.message1, h.read1), h.client.public_key);
}

TEST(Noise, ShowsNeitherTheStaticKeyNorThePayloadOnTheWire) {
  Handshake h;
  const auto& key = h.client.public_key;
  EXPECT_EQ(std::search(h.message1.begin(), h.message1.end(), key.begin(), key.end()),
            h.message1.end());
  EXPECT_EQ(std::search(h.message1.begin(), h.message1.end(), h.payload1.begin(), h.payload1.end()),
            h.message1.end());
}

RC_GTEST_PROP(Noise, CarriesAnyPayload, (const Buffer& payload1, const Buffer& payload2)) {
  const KeyPair client = pair_of(1), gateway = pair_of(2);
  NoiseInitiator initiator(client, gateway.public_key, key_of(4), {});
  NoiseResponder responder(gateway, {});
  Buffer message1(payload1.size() + kNoiseMessage1Overhead), read1(payload1.size());
  Buffer message2(payload2.size() + kNoiseMessage2Overhead), read2(payload2.size());
  RC_ASSERT(initiator.write_message1(payload1, message1));
  RC_ASSERT(responder.read_message1(message1, read1).has_value());
  RC_ASSERT(responder.write_message2(payload2, Key32(), key_of(5), message2).has_value());
  RC_ASSERT(initiator.read_message2(message2, Key32(), read2).has_value());
  RC_ASSERT(read1 == payload1);
  RC_ASSERT(read2 == payload2);
}

// --- whoever alters, shortens, replays --------------------------------------------------------

TEST(NoiseResponder, RefusesEachAlteredByteOfMessage1AndStillTakesTheGenuineOne) {
  Handshake h;
  for (std::size_t i = 0; i < h.message1.size(); ++i) {
    for (const std::uint8_t bit :
         Bytes<2>{0x01, 0x80}) {  // X25519 itself ignores the highest bit of a key
      Buffer forged = h.message1;
      forged[i] = static_cast<std::uint8_t>(forged[i] ^ bit);
      EXPECT_FALSE(h.responder.read_message1(forged, h.read1)) << "byte " << i;
    }
  }
  EXPECT_TRUE(h.responder.read_message1(h.message1, h.read1));
}

TEST(NoiseInitiator, RefusesEachAlteredByteOfMessage2AndStillTakesTheGenuineOne) {
  Handshake h;
  ASSERT_TRUE(h.answer());
  for (std::size_t i = 0; i < h.message2.size(); ++i) {
    for (const std::uint8_t bit : Bytes<2>{0x01, 0x80}) {
      Buffer forged = h.message2;
      forged[i] = static_cast<std::uint8_t>(forged[i] ^ bit);
      EXPECT_FALSE(h.initiator.read_message2(forged, h.psk, h.read2)) << "byte " << i;
    }
  }
  EXPECT_TRUE(h.initiator.read_message2(h.message2, h.psk, h.read2));
}

TEST(Noise, RefusesMessagesOfEveryLengthButTheirOwn) {
  Handshake h;
  for (std::size_t size = 0; size < h.message1.size(); ++size) {
    Buffer out(size >= kNoiseMessage1Overhead ? size - kNoiseMessage1Overhead : 0);
    EXPECT_FALSE(h.responder.read_message1(ByteView(h.message1).first(size), out)) << size;
  }
  ASSERT_TRUE(h.answer());
  for (std::size_t size = 0; size < h.message2.size(); ++size) {
    Buffer out(size >= kNoiseMessage2Overhead ? size - kNoiseMessage2Overhead : 0);
    EXPECT_FALSE(h.initiator.read_message2(ByteView(h.message2).first(size), h.psk, out)) << size;
  }
}

TEST(Noise, RefusesAGenuineMessageWhosePayloadIsNotOfTheSizeExpected) {
  Handshake h;
  for (std::size_t size = 0; size < 10; ++size) {
    if (size == h.payload1.size()) continue;
    Buffer out(size);
    EXPECT_FALSE(h.responder.read_message1(h.message1, out)) << size;
  }
  ASSERT_TRUE(h.answer());
  for (std::size_t size = 0; size < 10; ++size) {
    if (size == h.payload2.size()) continue;
    Buffer out(size);
    EXPECT_FALSE(h.initiator.read_message2(h.message2, h.psk, out)) << size;
  }
  EXPECT_TRUE(h.initiator.read_message2(h.message2, h.psk, h.read2));
}

TEST(Noise, RefusesAnotherPrologue) {
  Handshake h;
  NoiseResponder other_version(h.gateway, Buffer{'P', 'r', 'o'});
  EXPECT_FALSE(other_version.read_message1(h.message1, h.read1));
}

TEST(Noise, RefusesAnotherPsk) {
  Handshake h;
  ASSERT_TRUE(h.answer());
  EXPECT_FALSE(h.initiator.read_message2(h.message2, Key32(), h.read2));
}

TEST(Noise, RefusesAMessageForAnotherResponder) {
  Handshake h;
  NoiseResponder other(pair_of(9), h.prologue);
  EXPECT_FALSE(other.read_message1(h.message1, h.read1));
}

TEST(NoiseInitiator, RefusesTheAnswerToAnotherHandshakeOfTheSameKeys) {
  Handshake h, other;
  other.initiator = NoiseInitiator(h.client, h.gateway.public_key, key_of(99), h.prologue);
  ASSERT_TRUE(other.initiator.write_message1(h.payload1, other.message1));
  ASSERT_TRUE(h.answer());
  EXPECT_FALSE(other.initiator.read_message2(h.message2, h.psk, other.read2));
}

TEST(NoiseInitiator, SaysNoToAnAnswerRepeatedAfterTheHandshake) {
  Handshake h;
  ASSERT_TRUE(h.answer());
  ASSERT_TRUE(h.initiator.read_message2(h.message2, h.psk, h.read2));
  EXPECT_FALSE(h.initiator.read_message2(h.message2, h.psk, h.read2));
}

TEST(NoiseResponder, SaysNoToASecondMessage1) {
  Handshake h;
  ASSERT_TRUE(h.responder.read_message1(h.message1, h.read1));
  EXPECT_FALSE(h.responder.read_message1(h.message1, h.read1));
}

// --- all-zero DH results abort ----------------------------------------------------------------

TEST(NoiseInitiator, RefusesAResponderKeyOfSmallOrder) {
  NoiseInitiator initiator(pair_of(1), PublicKey{}, key_of(4), {});
  Buffer out(kNoiseMessage1Overhead);
  EXPECT_FALSE(initiator.write_message1({}, out));
}

TEST(NoiseResponder, RefusesAnEphemeralKeyOfSmallOrder) {
  Handshake h;
  std::fill_n(h.message1.begin(), 32, std::uint8_t{0});
  EXPECT_FALSE(h.responder.read_message1(h.message1, h.read1));
}

TEST(NoiseInitiator, RefusesAnAnswerWithAnEphemeralKeyOfSmallOrder) {
  Handshake h;
  ASSERT_TRUE(h.answer());
  std::fill_n(h.message2.begin(), 32, std::uint8_t{0});
  EXPECT_FALSE(h.initiator.read_message2(h.message2, h.psk, h.read2));
}

TEST(NoiseResponder, RefusesAStaticKeyOfSmallOrder) {
  const KeyPair gateway = pair_of(2);
  KeyPair liar = pair_of(1);
  liar.public_key = PublicKey{};
  NoiseInitiator initiator(liar, gateway.public_key, key_of(4), {});
  NoiseResponder responder(gateway, {});
  Buffer message(kNoiseMessage1Overhead);
  ASSERT_TRUE(initiator.write_message1({}, message));
  EXPECT_FALSE(responder.read_message1(message, {}));
}

// --- our own mistakes ---------------------------------------------------------------------------

TEST(NoiseDeathTest, StopsTheProcessThatWouldRepeatANonce) {
  Handshake h;
  EXPECT_DEATH(h.initiator.write_message1(h.payload1, h.message1), "nonces");
  ASSERT_TRUE(h.answer());
  EXPECT_DEATH(h.responder.write_message2(h.payload2, h.psk, key_of(5), h.message2), "once");
}

TEST(NoiseDeathTest, StopsTheProcessThatAnswersBeforeReading) {
  Handshake h;
  EXPECT_DEATH(h.responder.write_message2(h.payload2, h.psk, key_of(5), h.message2), "read");
}

}  // namespace
}  // namespace jvpn::test
