// SPDX-License-Identifier: Apache-2.0
// The public vector for our protocol's name, both roles and the transport messages behind it. The
// tree's own vector, made by noise_reference.py, is among crypto/known_answers.cc.
#include <gtest/gtest.h>

#include "crypto/noise.h"
#include "crypto/noise_hkdf.h"
#include "tests/crypto/test_vectors.h"

namespace jvpn::test {
namespace {

Buffer transport(const Key32& key, std::uint64_t number, const Buffer& plain) {
  Bytes<12> nonce{};
  nonce[4] = static_cast<std::uint8_t>(number);
  Buffer out(plain.size() + kNoiseTagSize);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plain.data(), plain.size(),
                                            nullptr, 0, nullptr, nonce.data(), key.view().data());
  return out;
}

KeyPair pair_of(const nlohmann::json& hex) {
  return KeyPair::from_secret(Key32::copy_of(unhex_exactly<32>(hex)));
}

/// Runs both roles of one vector of the Cacophony file, then its transport messages.
void check_cacophony(const nlohmann::json& v) {
  const KeyPair client = pair_of(v.at("init_static")), gateway = pair_of(v.at("resp_static"));
  const Key32 psk = Key32::copy_of(unhex_exactly<32>(v.at("init_psks").at(0)));
  const auto& messages = v.at("messages");
  const auto payload = [&](std::size_t i) { return unhex(messages.at(i).at("payload")); };
  const auto expected = [&](std::size_t i) { return unhex(messages.at(i).at("ciphertext")); };
  ASSERT_EQ(gateway.public_key, unhex_exactly<32>(v.at("init_remote_static")));

  NoiseInitiator initiator(client, gateway.public_key,
                           Key32::copy_of(unhex_exactly<32>(v.at("init_ephemeral"))),
                           unhex(v.at("init_prologue")));
  NoiseResponder responder(gateway, unhex(v.at("resp_prologue")));
  Buffer message1(payload(0).size() + kNoiseMessage1Overhead), read1(payload(0).size());
  ASSERT_TRUE(initiator.write_message1(payload(0), message1));
  EXPECT_EQ(to_hex(message1), to_hex(expected(0)));
  EXPECT_EQ(responder.read_message1(expected(0), read1), client.public_key);
  EXPECT_EQ(read1, payload(0));

  Buffer message2(payload(1).size() + kNoiseMessage2Overhead), read2(payload(1).size());
  const auto theirs = responder.write_message2(
      payload(1), psk, Key32::copy_of(unhex_exactly<32>(v.at("resp_ephemeral"))), message2);
  EXPECT_EQ(to_hex(message2), to_hex(expected(1)));
  const auto ours = initiator.read_message2(expected(1), psk, read2);
  EXPECT_EQ(read2, payload(1));
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(ours->handshake_hash, unhex_exactly<64>(v.at("handshake_hash")));
  EXPECT_EQ(theirs->handshake_hash, unhex_exactly<64>(v.at("handshake_hash")));
  EXPECT_TRUE(ours->chaining_key.equals(theirs->chaining_key));

  std::array<Secret<64>, 2> split;
  noise_hkdf(ours->chaining_key, {}, split);
  for (std::size_t i = 2; i < messages.size(); ++i) {
    const Key32 key = Key32::copy_of(split[i % 2].view().first<32>());
    EXPECT_EQ(transport(key, (i - 2) / 2, payload(i)), expected(i)) << "transport message " << i;
  }
}

TEST(Noise, HoldsForTheCacophonyVectorInBothRoles) {
  JVPN_VECTORS_OR_SKIP(file, "noise-cacophony.txt");
  int found = 0;
  for (const auto& vector : file.at("vectors")) {
    if (vector.at("protocol_name") != "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b") continue;
    check_cacophony(vector);
    ++found;
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace jvpn::test
