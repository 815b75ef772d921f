// SPDX-License-Identifier: Apache-2.0
// A whole handshake, INIT to DONE, through frames, Noise and key schedule: both sides as a stranger
// would build them from docs/PROTOCOL.md.
#include "session/core/handshake.h"

#include <gtest/gtest.h>

#include "session/core/control_datagram.h"
#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

Key32 secret(unsigned first) {
  return Key32::copy_of(rising<32>(first));
}
ByteView prologue() {
  return {reinterpret_cast<const std::uint8_t*>(kPrologue.data()), kPrologue.size()};
}

class Handshake : public ::testing::Test {
 protected:
  /// INIT from the client; the gateway's ACK, if it answers.
  std::optional<std::vector<std::uint8_t>> answer(ByteView init, const Key32& psk) {
    const auto frame = read_init(init);
    if (!frame || !mac_equals(frame->mac1, mac1_of(gateway_.public_key, frame->before_mac1))) {
      return std::nullopt;
    }
    NoiseResponder noise(gateway_, prologue());
    Bytes<kInitPayloadSize> plain{};
    const auto peer = noise.read_message1(frame->noise, plain);
    if (!peer) return std::nullopt;
    seen_peer_ = *peer;
    seen_init_ = read_init_payload(plain);
    const auto payload = write_ack_payload(ack_);
    std::vector<std::uint8_t> message(payload.size() + kNoiseMessage2Overhead);
    gateway_result_ = noise.write_message2(payload, psk, secret(4), message);
    return write_ack(frame->attempt, message, kBirthState);
  }

  std::vector<std::uint8_t> init() {
    Bytes<kInitPayloadSize> payload{};
    EXPECT_TRUE(write_init_payload(init_, payload));
    std::vector<std::uint8_t> message(payload.size() + kNoiseMessage1Overhead);
    EXPECT_TRUE(client_noise_.write_message1(payload, message));
    return write_init(kTag, message, gateway_.public_key);
  }

  /// What the client makes of an ACK.
  std::optional<AckPayload> finish(ByteView ack, const Key32& psk) {
    const auto frame = read_ack(ack);
    if (!frame || frame->attempt != kTag) return std::nullopt;
    std::vector<std::uint8_t> plain(frame->noise.size() - kNoiseMessage2Overhead);
    client_result_ = client_noise_.read_message2(frame->noise, psk, plain);
    if (!client_result_) return std::nullopt;
    return read_ack_payload(plain);
  }

  static AckPayload make_ack() {
    AckPayload ack;
    ack.session = kSession;
    ack.tunnel_mtu = 1420;
    ack.policy = client_part(Policy{});
    ack.policy.max_lifetime = 1s;
    ack.policy.transport_lost_ttl = 15s;
    return ack;
  }

  const std::vector<std::uint8_t> kBirthState = std::vector<std::uint8_t>(195, 0xb1);
  KeyPair client_ = KeyPair::from_secret(secret(1));
  KeyPair gateway_ = KeyPair::from_secret(secret(2));
  NoiseInitiator client_noise_{client_, gateway_.public_key, secret(3), prologue()};
  InitPayload init_{.suites = {Suite::aes_256_gcm}, .client_tag = Tag(0xc11e47)};
  AckPayload ack_ = make_ack();
  std::optional<PublicKey> seen_peer_;
  std::optional<InitPayload> seen_init_;
  std::optional<NoiseResult> client_result_;
  std::optional<NoiseResult> gateway_result_;
};

TEST_F(Handshake, RunsFromInitToDone) {
  const auto ack = answer(init(), Key32());
  ASSERT_TRUE(ack);
  EXPECT_LE(ack->size(), kInitSize);
  EXPECT_EQ(seen_peer_, client_.public_key);
  EXPECT_EQ(seen_init_, init_);
  EXPECT_EQ(finish(*ack, Key32()), ack_);

  const SessionRoots client = derive_roots(*client_result_);
  const SessionRoots gateway = derive_roots(*gateway_result_);
  const Key32 sealing = derive_control_key(client.resume, Direction::client_to_gateway);
  const Message proof{OwnerEpoch{1}, MessageNumber{1}, {}, kSession, HandshakeConfirm{}};
  const auto confirm =
      write_confirm(written(proof), read_ack(*ack)->birth_state, sealing, rising<24>(0));
  EXPECT_LE(confirm.size(), kMaxControlSize);

  const auto frame = read_confirm(confirm);
  ASSERT_TRUE(frame);
  EXPECT_EQ(hex(frame->birth_state), hex(kBirthState));
  std::vector<std::uint8_t> plain(frame->sealed.size() - kSealTagSize);
  const Key32 opening = derive_control_key(gateway.resume, Direction::client_to_gateway);
  ASSERT_TRUE(open_control(opening.view(), frame->nonce, frame->aad, frame->sealed, plain));
  EXPECT_EQ(read_message(plain), proof);

  const Message done{OwnerEpoch{1}, MessageNumber{1}, proof.number, kSession,
                     HandshakeDone{kTag, kTicket, kVersion, kVersion, kObserved, kOwner}};
  const auto datagram = seal_datagram(
      done, {.receiver = seen_init_->client_tag},
      derive_control_key(gateway.resume, Direction::gateway_to_client), rising<24>(1));
  EXPECT_LE(datagram.size(), confirm.size());
  const Key32 client_opening = derive_control_key(client.resume, Direction::gateway_to_client);
  std::vector<std::uint8_t> answer_plain(datagram.size());
  answer_plain.resize(open_datagram(datagram, client_opening.view(), answer_plain));
  EXPECT_EQ(read_message(answer_plain), done);
}

TEST_F(Handshake, BothSidesHaveTheSameTrafficKeysAndEachDirectionItsOwn) {
  ASSERT_TRUE(finish(*answer(init(), Key32()), Key32()));
  const Key32 client = derive_roots(*client_result_).traffic;
  const Key32 gateway = derive_roots(*gateway_result_).traffic;
  for (auto direction : {Direction::client_to_gateway, Direction::gateway_to_client}) {
    const TrafficKey a = derive_traffic_key(client, KeyEpoch{0}, direction);
    const TrafficKey b = derive_traffic_key(gateway, KeyEpoch{0}, direction);
    EXPECT_TRUE(a.key.equals(b.key));
    EXPECT_EQ(a.iv, b.iv);
  }
  EXPECT_FALSE(
      derive_traffic_key(client, KeyEpoch{0}, Direction::client_to_gateway)
          .key.equals(derive_traffic_key(client, KeyEpoch{0}, Direction::gateway_to_client).key));
}

TEST_F(Handshake, WhoDoesNotKnowTheGatewaysKeyGetsSilence) {
  auto datagram = init();
  const PublicKey other = KeyPair::from_secret(secret(9)).public_key;
  const auto frame = read_init(datagram);
  EXPECT_FALSE(answer(write_init(kTag, frame->noise, other), Key32()));
}

TEST_F(Handshake, AnotherPskEndsInNothing) {
  const auto ack = answer(init(), secret(7));
  ASSERT_TRUE(ack);
  EXPECT_FALSE(finish(*ack, Key32()));
  EXPECT_TRUE(finish(*ack, secret(7)));  // a forgery did not end the attempt
}

TEST_F(Handshake, ThePrologueBindsTheProtocolsVersion) {
  NoiseInitiator other(client_, gateway_.public_key, secret(3),
                       std::vector<std::uint8_t>{'j', 'u', 'm', 'p', '/', '2'});
  Bytes<kInitPayloadSize> payload{};
  ASSERT_TRUE(write_init_payload(init_, payload));
  std::vector<std::uint8_t> message(payload.size() + kNoiseMessage1Overhead);
  ASSERT_TRUE(other.write_message1(payload, message));
  EXPECT_FALSE(answer(write_init(kTag, message, gateway_.public_key), Key32()));
}

}  // namespace
}  // namespace jvpn
