// SPDX-License-Identifier: Apache-2.0
// Sealing of control messages: XChaCha20-Poly1305 with random 192-bit nonces, so that no counter
// has to survive a crash or move between nodes. Any thread, from main() on.
#pragma once

#include "crypto/secret.h"

namespace jvpn {

inline constexpr std::size_t kSealNonceSize = 24;
inline constexpr std::size_t kSealTagSize = 16;
using SealNonce = Bytes<kSealNonceSize>;

/// Seals `plain` into `out` (plain.size() + kSealTagSize); `out` may begin at the same byte as
/// `plain`. The nonce must be fresh randomness.
void seal_control(const Key32& key, const SealNonce& nonce, ByteView aad, ByteView plain,
                  ByteSpan out);

/// Opens `sealed` into `out` (sealed.size() - kSealTagSize; any other length is refused, in place
/// is fine). False says only "no" and leaves zeros.
bool open_control(std::span<const std::uint8_t, 32> key, const SealNonce& nonce, ByteView aad,
                  ByteView sealed, ByteSpan out);

}  // namespace jvpn
