// SPDX-License-Identifier: Apache-2.0
#include "crypto/noise.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr std::string_view kProtocolName = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b";
constexpr std::size_t kSealedStaticSize = 32 + kNoiseTagSize;

/// The state before message 1: both sides know the prologue and the responder's static key.
NoiseSymmetric start(ByteView prologue, const PublicKey& responder) {
  NoiseSymmetric symmetric(kProtocolName);
  symmetric.mix_hash(prologue);
  symmetric.mix_hash(responder);
  return symmetric;
}

/// Token e. In a handshake with a PSK it goes into the key as well (section 9.2).
void mix_ephemeral(NoiseSymmetric& symmetric, const PublicKey& ephemeral) {
  symmetric.mix_hash(ephemeral);
  symmetric.mix_key(ephemeral);
}

PublicKey leading_key(ByteView message) {
  PublicKey key;
  std::memcpy(key.data(), message.data(), key.size());
  return key;
}

NoiseResult finish(NoiseSymmetric& symmetric) {
  const Bytes<64> handshake_hash = symmetric.handshake_hash();
  return {symmetric.take_chaining_key(), handshake_hash};
}

}  // namespace

NoiseInitiator::NoiseInitiator(const KeyPair& own, const PublicKey& responder, Key32 ephemeral,
                               ByteView prologue)
    : symmetric_(start(prologue, responder)),
      own_{own.secret.clone(), own.public_key},
      ephemeral_(KeyPair::from_secret(std::move(ephemeral))),
      responder_(responder) {}

bool NoiseInitiator::write_message1(ByteView payload, ByteSpan out) {
  ensure(stage_ == Stage::unsent, "a second message 1 would repeat the first one's nonces");
  ensure(out.size() == payload.size() + kNoiseMessage1Overhead, "out holds exactly the message");
  stage_ = Stage::over;
  std::memcpy(out.data(), ephemeral_.public_key.data(), 32);
  mix_ephemeral(symmetric_, ephemeral_.public_key);
  if (!symmetric_.mix_dh(ephemeral_.secret, responder_)) return false;  // es
  symmetric_.encrypt_and_hash(own_.public_key, out.subspan(32, kSealedStaticSize));
  if (!symmetric_.mix_dh(own_.secret, responder_)) return false;  // ss
  symmetric_.encrypt_and_hash(payload, out.subspan(32 + kSealedStaticSize));
  stage_ = Stage::waiting;
  return true;
}

std::optional<NoiseResult> NoiseInitiator::read_message2(ByteView message, const Key32& psk,
                                                         ByteSpan payload_out) {
  if (stage_ != Stage::waiting) return std::nullopt;
  if (message.size() != payload_out.size() + kNoiseMessage2Overhead) return std::nullopt;
  const PublicKey peer_ephemeral = leading_key(message);
  NoiseSymmetric attempt = symmetric_.clone();
  mix_ephemeral(attempt, peer_ephemeral);
  if (!attempt.mix_dh(ephemeral_.secret, peer_ephemeral)) return std::nullopt;  // ee
  if (!attempt.mix_dh(own_.secret, peer_ephemeral)) return std::nullopt;        // se
  attempt.mix_key_and_hash(psk.view());
  if (!attempt.decrypt_and_hash(message.subspan(32), payload_out)) return std::nullopt;
  stage_ = Stage::over;
  symmetric_.take_chaining_key();
  own_.secret.wipe();
  ephemeral_.secret.wipe();
  return finish(attempt);
}

NoiseResponder::NoiseResponder(const KeyPair& own, ByteView prologue)
    : symmetric_(start(prologue, own.public_key)), own_{own.secret.clone(), own.public_key} {}

std::optional<PublicKey> NoiseResponder::read_message1(ByteView message, ByteSpan payload_out) {
  if (stage_ != Stage::unread) return std::nullopt;
  if (message.size() != payload_out.size() + kNoiseMessage1Overhead) return std::nullopt;
  const PublicKey peer_ephemeral = leading_key(message);
  PublicKey peer_static;
  NoiseSymmetric attempt = symmetric_.clone();
  mix_ephemeral(attempt, peer_ephemeral);
  if (!attempt.mix_dh(own_.secret, peer_ephemeral)) return std::nullopt;  // es
  if (!attempt.decrypt_and_hash(message.subspan(32, kSealedStaticSize), peer_static)) {
    return std::nullopt;
  }
  if (!attempt.mix_dh(own_.secret, peer_static)) return std::nullopt;  // ss
  if (!attempt.decrypt_and_hash(message.subspan(32 + kSealedStaticSize), payload_out)) {
    return std::nullopt;
  }
  symmetric_ = std::move(attempt);
  initiator_ephemeral_ = peer_ephemeral;
  initiator_static_ = peer_static;
  stage_ = Stage::answering;
  return peer_static;
}

std::optional<NoiseResult> NoiseResponder::write_message2(ByteView payload, const Key32& psk,
                                                          Key32 ephemeral, ByteSpan out) {
  ensure(stage_ == Stage::answering, "message 2 is written once, after message 1 was read");
  ensure(out.size() == payload.size() + kNoiseMessage2Overhead, "out holds exactly the message");
  stage_ = Stage::over;
  own_.secret.wipe();
  const KeyPair fresh = KeyPair::from_secret(std::move(ephemeral));
  std::memcpy(out.data(), fresh.public_key.data(), 32);
  mix_ephemeral(symmetric_, fresh.public_key);
  if (!symmetric_.mix_dh(fresh.secret, initiator_ephemeral_)) return std::nullopt;  // ee
  if (!symmetric_.mix_dh(fresh.secret, initiator_static_)) return std::nullopt;     // se
  symmetric_.mix_key_and_hash(psk.view());
  symmetric_.encrypt_and_hash(payload, out.subspan(32));
  return finish(symmetric_);
}

}  // namespace jvpn
