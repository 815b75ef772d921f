// SPDX-License-Identifier: Apache-2.0
// Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b, unmodified (Noise Protocol Framework, revision 34):
//
//   <- s
//   ...
//   -> e, es, s, ss      (payload)      HANDSHAKE_INIT
//   <- e, ee, se, psk    (payload)      HANDSHAKE_ACK
//
// Bytes and randomness in, bytes out. Each object serves one handshake and wipes itself. Every
// failure (bad tag, all-zero DH result, wrong length) says only "no".
#pragma once

#include <optional>

#include "base/bytes.h"
#include "crypto/noise_symmetric.h"
#include "crypto/secret.h"
#include "crypto/x25519.h"

namespace jvpn {

/// What both sides know once the handshake is over; everything else derives from it.
struct NoiseResult {
  Secret<64> chaining_key;
  Bytes<64> handshake_hash{};
};

inline constexpr std::size_t kNoiseMessage1Overhead = 32 + 48 + 16;  ///< e, sealed s, payload tag
inline constexpr std::size_t kNoiseMessage2Overhead = 32 + 16;       ///< e, payload tag

class NoiseInitiator {
 public:
  /// `ephemeral` must be fresh randomness. `prologue` binds protocol name and version.
  NoiseInitiator(const KeyPair& own, const PublicKey& responder, Key32 ephemeral,
                 ByteView prologue);
  /// Writes message 1 into `out` (payload.size() + kNoiseMessage1Overhead), once. False: DH gave
  /// zero, `responder` is no key to talk to.
  bool write_message1(ByteView payload, ByteSpan out);
  /// Reads message 2; the payload goes to `payload_out`, whose size is the only one accepted. A
  /// message that fails leaves the object as it was: a forgery must not end a handshake.
  std::optional<NoiseResult> read_message2(ByteView message, const Key32& psk,
                                           ByteSpan payload_out);

 private:
  enum class Stage : std::uint8_t { unsent, waiting, over };

  NoiseSymmetric symmetric_;
  KeyPair own_;
  KeyPair ephemeral_;
  PublicKey responder_{};
  Stage stage_ = Stage::unsent;
};

class NoiseResponder {
 public:
  NoiseResponder(const KeyPair& own, ByteView prologue);
  /// Reads message 1; gives the initiator's static key and its payload, which goes to
  /// `payload_out`, whose size is the only one accepted. A message that fails leaves the object as
  /// it was.
  std::optional<PublicKey> read_message1(ByteView message, ByteSpan payload_out);
  /// Writes message 2 into `out` (payload.size() + kNoiseMessage2Overhead), once, after a message 1
  /// was read. `ephemeral` must be fresh randomness. None: DH gave zero.
  std::optional<NoiseResult> write_message2(ByteView payload, const Key32& psk, Key32 ephemeral,
                                            ByteSpan out);

 private:
  enum class Stage : std::uint8_t { unread, answering, over };

  NoiseSymmetric symmetric_;
  KeyPair own_;
  PublicKey initiator_static_{};
  PublicKey initiator_ephemeral_{};
  Stage stage_ = Stage::unread;
};

}  // namespace jvpn
