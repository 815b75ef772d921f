// SPDX-License-Identifier: Apache-2.0
// Authenticated encryption of traffic: AES-256-GCM and ChaCha20-Poly1305 through Intel ipsec-mb, in
// place, a burst at a time.
//
// An AeadEngine owns one ipsec-mb manager and belongs to one thread. Expanded keys are plain memory
// (AeadKey) that any engine may read, so that a session's keys can lie in the session's own record.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/ipsec_mb.h"
#include "crypto/sealing.h"
#include "crypto/secret.h"

namespace jvpn {

enum class Suite : std::uint8_t { aes_256_gcm = 1, chacha20_poly1305 = 2 };

inline constexpr std::size_t kAeadTagSize = 16;
inline constexpr std::size_t kAeadNonceSize = 12;

/// Which of ipsec-mb's implementations to run. `automatic` takes the best the CPU has.
enum class ArchTier : std::uint8_t { automatic, sse, avx, avx2, avx512 };

/// A key ready for use, and the IV its nonces are made from: 16 cache lines, with ipsec-mb 2.0 20.
/// Trivially copyable so that it can live in caller-provided memory; wipe it with wipe_key().
struct alignas(64) AeadKey {
  Bytes<kGcmKeySize> schedule;  ///< gcm_key_data, or the raw 32-byte ChaCha20 key at its beginning
  Bytes<kAeadNonceSize> iv;
  Suite suite;
  Bytes<3> unused;
};
static_assert(sizeof(AeadKey) == kGcmKeySize + 16 && sizeof(AeadKey) % 64 == 0);

void wipe_key(AeadKey& key);

/// The one place that makes nonces: IV xor counter (big endian, in the last 8 bytes).
inline Bytes<kAeadNonceSize> make_nonce(const Bytes<kAeadNonceSize>& iv, std::uint64_t counter) {
  std::uint64_t low = 0;
  std::memcpy(&low, iv.data() + 4, sizeof low);
  low ^= network_order(counter);
  Bytes<kAeadNonceSize> nonce;
  std::memcpy(nonce.data(), iv.data(), 4);
  std::memcpy(nonce.data() + 4, &low, sizeof low);
  return nonce;
}

/// One message of a burst. `data` is transformed in place; `tag` lies anywhere (behind the data on
/// the wire) and is written by seal, compared in constant time by open.
struct AeadOp {
  const AeadKey* key;
  std::uint64_t counter;
  const std::uint8_t* aad;
  std::uint32_t aad_size;
  std::uint32_t size;
  std::uint8_t* data;
  std::uint8_t* tag;
  bool ok;  ///< out: open says whether the tag matched; after a false the data are garbage
};

class AeadEngine {
 public:
  /// Errors: this CPU lacks the tier asked for, or ipsec-mb could not start.
  static Result<AeadEngine> create(ArchTier tier = ArchTier::automatic);
  /// The same for a thread that seals and opens without a pause beside others that do: with a copy
  /// of ipsec-mb of its own where they would slow each other down, and where that can be had.
  static Result<AeadEngine> create_for_core();
  AeadEngine(AeadEngine&&) noexcept;
  AeadEngine& operator=(AeadEngine&&) noexcept;
  ~AeadEngine();

  /// Expands key and IV into `out`. Any suite; `out` may be raw memory.
  void expand(Suite suite, const Key32& key, const Bytes<kAeadNonceSize>& iv, AeadKey& out);

  /// Seals each op in place. Suites may be mixed within a burst; order of results is that of ops.
  void seal(std::span<AeadOp> ops);
  /// Opens each op in place and sets its `ok`.
  void open(std::span<AeadOp> ops);
  /// A control message, as open_control() does (sealing.h), in less time. Not in place.
  bool open_sealed(std::span<const std::uint8_t, 32> key, const SealNonce& nonce, ByteView aad,
                   ByteView sealed, ByteSpan out);

  ArchTier tier() const;
  /// Why it shares an ipsec-mb with other threads, though that slows them down; empty: it does not.
  const std::string& why_shared() const;

 private:
  struct State;
  explicit AeadEngine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace jvpn
