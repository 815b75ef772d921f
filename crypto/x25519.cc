// SPDX-License-Identifier: Apache-2.0
#include "crypto/x25519.h"

namespace jvpn {

KeyPair KeyPair::from_secret(Key32 secret) {
  KeyPair pair;
  crypto_scalarmult_curve25519_base(pair.public_key.data(), secret.view().data());
  pair.secret = std::move(secret);
  return pair;
}

std::optional<Key32> x25519(const Key32& own, const PublicKey& peer) {
  Key32 shared;
  const int refused =
      crypto_scalarmult_curve25519(shared.writable().data(), own.view().data(), peer.data());
  if (refused != 0) return std::nullopt;
  return shared;
}

}  // namespace jvpn
