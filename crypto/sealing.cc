// SPDX-License-Identifier: Apache-2.0
#include "crypto/sealing.h"

#include "base/ensure.h"

namespace jvpn {

static_assert(kSealNonceSize == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kSealTagSize == crypto_aead_xchacha20poly1305_ietf_ABYTES);

void seal_control(const Key32& key, const SealNonce& nonce, ByteView aad, ByteView plain,
                  ByteSpan out) {
  ensure(out.size() == plain.size() + kSealTagSize, "the sealed form is 16 bytes longer");
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, plain.data(), plain.size(),
                                             aad.data(), aad.size(), nullptr, nonce.data(),
                                             key.view().data());
}

bool open_control(std::span<const std::uint8_t, 32> key, const SealNonce& nonce, ByteView aad,
                  ByteView sealed, ByteSpan out) {
  if (sealed.size() != out.size() + kSealTagSize) {
    sodium_memzero(out.data(), out.size());
    return false;
  }
  // On a bad tag libsodium itself clears what it was to write.
  return crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, sealed.data(),
                                                    sealed.size(), aad.data(), aad.size(),
                                                    nonce.data(), key.data()) == 0;
}

}  // namespace jvpn
