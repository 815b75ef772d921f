// SPDX-License-Identifier: Apache-2.0
// The SymmetricState of the Noise Protocol Framework (revision 34, section 5.2) with ChaChaPoly and
// BLAKE2b: chaining key, transcript hash, cipher key and the number of messages it has sealed.
#pragma once

#include <string_view>

#include "crypto/secret.h"
#include "crypto/x25519.h"

namespace jvpn {

inline constexpr std::size_t kNoiseTagSize = 16;

class NoiseSymmetric {
 public:
  /// Binds the protocol's name (at most 64 bytes).
  explicit NoiseSymmetric(std::string_view protocol_name);
  NoiseSymmetric clone() const;

  void mix_hash(ByteView data);
  void mix_key(ByteView input);
  void mix_key_and_hash(ByteView input);
  /// Mixes in the DH result. False: it was all zeros, the handshake must end.
  [[nodiscard]] bool mix_dh(const Key32& own, const PublicKey& peer);

  /// `out` holds plain.size() + kNoiseTagSize.
  void encrypt_and_hash(ByteView plain, ByteSpan out);
  /// `sealed` holds out.size() + kNoiseTagSize. False: forged; `out` is zeros, the state unchanged.
  [[nodiscard]] bool decrypt_and_hash(ByteView sealed, ByteSpan out);

  const Bytes<64>& handshake_hash() const { return hash_; }
  /// Ends this state: the chaining key leaves, the rest is wiped.
  Secret<64> take_chaining_key();

 private:
  NoiseSymmetric() = default;
  void set_cipher_key(const Secret<64>& output);

  Secret<64> chaining_key_;
  Bytes<64> hash_{};
  Key32 cipher_key_;
  std::uint64_t sealed_count_ = 0;
};

}  // namespace jvpn
