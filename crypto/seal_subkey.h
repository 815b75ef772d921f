// SPDX-License-Identifier: Apache-2.0
// What XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) makes of a key and a nonce of 24 bytes: a key
// and a nonce for ChaCha20-Poly1305. HChaCha20 is libsodium's. Private to crypto/.
#pragma once

#include <sodium.h>

#include "crypto/sealing.h"

namespace jvpn {

struct SealSubkey {
  Bytes<32> key;
  Bytes<12> nonce{};
};

/// Wipe the key when it has been used. No destructor does: a worker's files know of no unwinding.
inline SealSubkey subkey_of(std::span<const std::uint8_t, 32> key, const SealNonce& nonce) {
  constexpr std::size_t kForKey = crypto_core_hchacha20_INPUTBYTES;
  static_assert(crypto_core_hchacha20_OUTPUTBYTES == sizeof(SealSubkey::key));
  SealSubkey out;
  crypto_core_hchacha20(out.key.data(), nonce.data(), key.data(), nullptr);
  std::memcpy(out.nonce.data() + 4, nonce.data() + kForKey, nonce.size() - kForKey);
  return out;
}

}  // namespace jvpn
