// SPDX-License-Identifier: Apache-2.0
// X25519 (RFC 7748): key pairs and the shared secret. Any thread.
#pragma once

#include <optional>

#include "crypto/secret.h"

namespace jvpn {

using PublicKey = Bytes<32>;

struct KeyPair {
  Key32 secret;
  PublicKey public_key{};
  /// Derives the public key (X25519 base point multiplication).
  static KeyPair from_secret(Key32 secret);
};

/// The shared secret of `own` and `peer`. None where it would be all zeros: the peer's point has
/// small order, and anyone could compute the "secret" (RFC 7748 section 6.1).
std::optional<Key32> x25519(const Key32& own, const PublicKey& peer);

}  // namespace jvpn
