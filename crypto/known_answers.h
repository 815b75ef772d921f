// SPDX-License-Identifier: Apache-2.0
// Known answers: what each primitive must give for fixed inputs, as a table.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "crypto/aead.h"

namespace jvpn {

/// What a line of the table exercises, and what its columns mean to it. For the AEADs ("sealing"),
/// input is the plaintext, expected is ciphertext and tag.
enum class Primitive : std::uint8_t {
  aes_256_gcm,         ///< sealing
  chacha20_poly1305,   ///< sealing
  xchacha20_poly1305,  ///< sealing
  x25519,              ///< key: own secret; input: peer's public key; expected: shared secret
  x25519_base,         ///< key: own secret; expected: own public key
  derive,              ///< input: label; aad: context
  mac,                 ///< keyed BLAKE2b-128 of input
  hash,                ///< BLAKE2b-256 of input
  sha256,              ///< of input, by either library
  noise,               ///< key: static and ephemeral secret of the initiator, the same of the
                       ///< responder, PSK; input: prologue; aad: both payloads, of equal size;
                       ///< expected: message 1, message 2, handshake hash
};

/// One line of the table. All columns but the name are hex; one without a meaning is empty.
struct KnownAnswer {
  std::string_view name;
  Primitive primitive;
  std::string_view key{};
  std::string_view nonce{};
  std::string_view aad{};
  std::string_view input{};
  std::string_view expected{};
};

/// The table that ships. Its sources: the GCM specification, RFC 8439, draft-irtf-cfrg-xchacha,
/// RFC 7748; the BLAKE2b and Noise lines come from tests/crypto/noise_reference.py.
std::span<const KnownAnswer> known_answers();

/// Runs each line. AEADs are also shown a forgery per byte of tag, ciphertext and AAD, X25519 a
/// point of small order, Noise a forged message each; all must be refused.
/// Errors: the first line that does not hold, by name.
Result<void> run_known_answers(std::span<const KnownAnswer> table, AeadEngine& engine);

}  // namespace jvpn
