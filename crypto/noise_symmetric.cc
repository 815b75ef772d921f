// SPDX-License-Identifier: Apache-2.0
#include "crypto/noise_symmetric.h"

#include "base/ensure.h"
#include "crypto/noise_hkdf.h"

namespace jvpn {
namespace {

/// ChaChaPoly's nonce in Noise: four zero bytes, then the counter in little endian.
Bytes<12> noise_nonce(std::uint64_t counter) {
  Bytes<12> nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::uint8_t>(counter >> (8 * i));
  return nonce;
}

}  // namespace

NoiseSymmetric::NoiseSymmetric(std::string_view protocol_name) {
  ensure(protocol_name.size() <= hash_.size(), "longer names would have to be hashed");
  std::memcpy(hash_.data(), protocol_name.data(), protocol_name.size());
  chaining_key_ = Secret<64>::copy_of(hash_);
}

NoiseSymmetric NoiseSymmetric::clone() const {
  NoiseSymmetric copy;
  copy.chaining_key_ = chaining_key_.clone();
  copy.hash_ = hash_;
  copy.cipher_key_ = cipher_key_.clone();
  copy.sealed_count_ = sealed_count_;
  return copy;
}

void NoiseSymmetric::mix_hash(ByteView data) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, hash_.size());
  crypto_generichash_update(&state, hash_.data(), hash_.size());
  crypto_generichash_update(&state, data.data(), data.size());
  crypto_generichash_final(&state, hash_.data(), hash_.size());
}

void NoiseSymmetric::mix_key(ByteView input) {
  std::array<Secret<64>, 2> outputs;
  noise_hkdf(chaining_key_, input, outputs);
  chaining_key_ = std::move(outputs[0]);
  set_cipher_key(outputs[1]);
}

void NoiseSymmetric::mix_key_and_hash(ByteView input) {
  std::array<Secret<64>, 3> outputs;
  noise_hkdf(chaining_key_, input, outputs);
  chaining_key_ = std::move(outputs[0]);
  mix_hash(outputs[1].view());
  set_cipher_key(outputs[2]);
}

bool NoiseSymmetric::mix_dh(const Key32& own, const PublicKey& peer) {
  const std::optional<Key32> shared = x25519(own, peer);
  if (!shared) return false;
  mix_key(shared->view());
  return true;
}

void NoiseSymmetric::encrypt_and_hash(ByteView plain, ByteSpan out) {
  ensure(out.size() == plain.size() + kNoiseTagSize, "the sealed form is 16 bytes longer");
  crypto_aead_chacha20poly1305_ietf_encrypt(
      out.data(), nullptr, plain.data(), plain.size(), hash_.data(), hash_.size(), nullptr,
      noise_nonce(sealed_count_).data(), cipher_key_.view().data());
  ++sealed_count_;
  mix_hash(out);
}

bool NoiseSymmetric::decrypt_and_hash(ByteView sealed, ByteSpan out) {
  ensure(sealed.size() == out.size() + kNoiseTagSize, "the opened form is 16 bytes shorter");
  const Bytes<64> before = hash_;
  mix_hash(sealed);  // first, because opening may be in place
  const int refused = crypto_aead_chacha20poly1305_ietf_decrypt(
      out.data(), nullptr, nullptr, sealed.data(), sealed.size(), before.data(), before.size(),
      noise_nonce(sealed_count_).data(), cipher_key_.view().data());
  if (refused != 0) {
    hash_ = before;
    return false;
  }
  ++sealed_count_;
  return true;
}

Secret<64> NoiseSymmetric::take_chaining_key() {
  cipher_key_.wipe();
  sodium_memzero(hash_.data(), hash_.size());
  return std::move(chaining_key_);
}

void NoiseSymmetric::set_cipher_key(const Secret<64>& output) {
  cipher_key_ = Key32::copy_of(output.view().first<32>());
  sealed_count_ = 0;
}

}  // namespace jvpn
