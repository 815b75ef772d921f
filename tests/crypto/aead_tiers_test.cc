// SPDX-License-Identifier: Apache-2.0
// Each tier against libsodium, an implementation that shares no code with ipsec-mb, and against
// whoever alters a message on its way.

#include "crypto/random.h"
#include "tests/crypto/aead_fixture.h"

namespace jvpn::test {
namespace {

class AeadOnEveryTier : public EveryTier {
 protected:
  void SetUp() override {
    EveryTier::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    for (std::size_t i = 0; i < kKeys; ++i) {
      const Suite suite = i % 2 == 0 ? Suite::aes_256_gcm : Suite::chacha20_poly1305;
      secrets_[i] = random_.draw<32>();
      engine().expand(suite, Key32::copy_of(secrets_[i]), random_.draw<12>(), keys_[i]);
    }
  }

  Buffer random_bytes(std::size_t size) {
    Buffer out(size);
    random_.fill(out);
    return out;
  }

  std::size_t below(std::size_t bound) {
    return load<BigEndian<std::uint64_t>>(random_.draw<8>().data()).value() % bound;
  }

  Message random_message(const AeadKey& key, std::size_t size) {
    return {.key = &key,
            .counter = load<BigEndian<std::uint64_t>>(random_.draw<8>().data()),
            .aad = random_bytes(below(40)),
            .bytes = with_tag_room(random_bytes(size))};
  }

  /// What libsodium makes of it.
  Buffer sealed_elsewhere(const Message& message) const {
    const auto at = static_cast<std::size_t>(message.key - keys_.data());
    const Bytes<12> nonce = make_nonce(message.key->iv, message.counter);
    const auto encrypt = message.key->suite == Suite::aes_256_gcm
                             ? crypto_aead_aes256gcm_encrypt
                             : crypto_aead_chacha20poly1305_ietf_encrypt;
    Buffer out(message.bytes.size());
    encrypt(out.data(), nullptr, message.bytes.data(), message.bytes.size() - kAeadTagSize,
            message.aad.data(), message.aad.size(), nullptr, nonce.data(), secrets_[at].data());
    return out;
  }

  /// Seals a burst, compares each message with libsodium's, opens it, compares with the plaintext.
  void expect_round_trip(std::vector<Message> messages) {
    const std::vector<Message> plain = messages;
    std::vector<AeadOp> ops = ops_of(messages);
    engine().seal(ops);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      ASSERT_EQ(messages[i].bytes, sealed_elsewhere(plain[i]))
          << "op " << i << " of " << ops.size();
    }
    engine().open(ops);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      ASSERT_TRUE(ops[i].ok) << "op " << i << " of " << ops.size();
      ASSERT_EQ(messages[i].data(), plain[i].data());
    }
  }

  static constexpr std::size_t kKeys = 6;
  SeededRandom random_{1};
  std::array<AeadKey, kKeys> keys_{};
  std::array<Bytes<32>, kKeys> secrets_{};
};
INSTANTIATE_TEST_SUITE_P(, AeadOnEveryTier, testing::ValuesIn(kAllTiers), tier_label);

TEST_P(AeadOnEveryTier, AgreesWithLibsodiumForEverySizeOfAPacket) {
  ASSERT_GE(sodium_init(), 0);  // detects the CPU, which the next line asks about
  ASSERT_TRUE(crypto_aead_aes256gcm_is_available());
  for (std::size_t key = 0; key < 2; ++key) {
    for (std::size_t size = 0; size <= 1600; ++size) {
      expect_round_trip({random_message(keys_[key], size)});
    }
    expect_round_trip({random_message(keys_[key], 9000), random_message(keys_[key], 65000)});
  }
}

TEST_P(AeadOnEveryTier, TakesBurstsOfAnySizeWithMixedSuitesAndSizes) {
  for (std::size_t count = 0; count <= 32; ++count) {
    for (int round = 0; round < 8; ++round) {
      std::vector<Message> messages;
      for (std::size_t i = 0; i < count; ++i) {
        messages.push_back(random_message(keys_[below(kKeys)], below(1500)));
      }
      expect_round_trip(std::move(messages));
    }
  }
}

TEST_P(AeadOnEveryTier, TakesBurstsBeyondTheQueueOfJobs) {
  std::vector<Message> messages;
  for (std::size_t i = 0; i < 300; ++i) {
    messages.push_back(random_message(keys_[i % 7 == 0 ? 0 : 1], below(200)));
  }
  expect_round_trip(std::move(messages));
}

TEST_P(AeadOnEveryTier, SealsNoDataAndNoAad) {
  for (AeadKey& key : keys_) {
    Message message{.key = &key, .bytes = Buffer(kAeadTagSize)};
    const Buffer expected = sealed_elsewhere(message);
    AeadOp op = message.op();
    op.data = nullptr;
    op.aad = nullptr;
    engine().seal({&op, 1});
    EXPECT_EQ(message.bytes, expected);
    engine().open({&op, 1});
    EXPECT_TRUE(op.ok);
  }
}

TEST_P(AeadOnEveryTier, WritesTheTagWhereItIsToldAndNothingAround) {
  for (AeadKey& key : keys_) {
    for (std::size_t offset = 0; offset < 16; ++offset) {
      Buffer room(offset + 100 + 8, 0xee), tag_room(offset + kAeadTagSize + 8, 0xee);
      const Buffer aad = random_bytes(16);
      AeadOp op{.key = &key,
                .counter = offset,
                .aad = aad.data(),
                .aad_size = 16,
                .size = 100,
                .data = room.data() + offset,
                .tag = tag_room.data() + offset,
                .ok = false};
      engine().seal({&op, 1});
      engine().open({&op, 1});
      EXPECT_TRUE(op.ok);
      EXPECT_EQ(room, Buffer(room.size(), 0xee));
      const Buffer guard(tag_room.begin() + static_cast<std::ptrdiff_t>(offset + kAeadTagSize),
                         tag_room.end());
      EXPECT_EQ(guard, Buffer(8, 0xee));
    }
  }
}

TEST_P(AeadOnEveryTier, RefusesEachFlippedBitOfDataTagAndAad) {
  for (std::size_t k = 0; k < 2; ++k) {
    Message sealed = random_message(keys_[k], 70);
    sealed.aad = random_bytes(16);
    AeadOp op = sealed.op();
    engine().seal({&op, 1});
    const std::size_t aad_bits = sealed.aad.size() * 8;
    for (std::size_t bit = 0; bit < aad_bits + sealed.bytes.size() * 8; ++bit) {
      Message forged = sealed;
      Buffer& where = bit < aad_bits ? forged.aad : forged.bytes;
      const std::size_t at = bit < aad_bits ? bit : bit - aad_bits;
      where[at / 8] = static_cast<std::uint8_t>(where[at / 8] ^ (1U << (at % 8)));
      AeadOp forged_op = forged.op();
      engine().open({&forged_op, 1});
      EXPECT_FALSE(forged_op.ok) << "bit " << bit;
    }
  }
}

TEST_P(AeadOnEveryTier, RefusesAnotherCounterKeyOrLength) {
  for (std::size_t k = 0; k < 2; ++k) {
    Message sealed = random_message(keys_[k], 64);
    AeadOp op = sealed.op();
    engine().seal({&op, 1});
    Message other_counter = sealed, other_key = sealed, shorter = sealed, longer_aad = sealed;
    other_counter.counter ^= 1;
    other_key.key = &keys_[k + 2];
    shorter.bytes.erase(shorter.bytes.begin());
    longer_aad.aad.push_back(0);
    std::vector<Message> forged{other_counter, other_key, shorter, longer_aad};
    std::vector<AeadOp> ops = ops_of(forged);
    engine().open(ops);
    for (const AeadOp& each : ops) EXPECT_FALSE(each.ok);
  }
}

TEST_P(AeadOnEveryTier, SaysOfEachMessageInABurstWhetherItIsForged) {
  for (int round = 0; round < 50; ++round) {
    std::vector<Message> messages;
    std::vector<bool> genuine;
    for (std::size_t i = 0; i < 32; ++i) {
      messages.push_back(random_message(keys_[below(kKeys)], 1 + below(300)));
      genuine.push_back(below(2) == 0);
    }
    std::vector<AeadOp> ops = ops_of(messages);
    engine().seal(ops);
    for (std::size_t i = 0; i < ops.size(); ++i) {
      if (!genuine[i]) messages[i].bytes[below(messages[i].bytes.size())] ^= 0x10;
    }
    engine().open(ops);
    for (std::size_t i = 0; i < ops.size(); ++i) EXPECT_EQ(ops[i].ok, genuine[i]);
  }
}

TEST_P(AeadOnEveryTier, ReadsKeysThatAnotherEngineExpanded) {
  AeadEngine other = AeadEngine::create(GetParam()).value();
  for (AeadKey& key : keys_) {
    Message message = random_message(key, 100);
    const Buffer plain = message.data();
    AeadOp op = message.op();
    other.seal({&op, 1});
    engine().open({&op, 1});
    EXPECT_TRUE(op.ok);
    EXPECT_EQ(message.data(), plain);
  }
}

}  // namespace
}  // namespace jvpn::test
