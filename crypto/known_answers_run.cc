// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "crypto/kdf.h"
#include "crypto/known_answers.h"
#include "crypto/noise.h"
#include "crypto/sealing.h"
#include "crypto/sha256.h"

namespace jvpn {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// Empty when the text is no hex: a broken table then fails like a broken primitive.
Buffer from_hex(std::string_view text) {
  if (text.empty()) return {};
  Buffer out(text.size() / 2);
  std::size_t used = 0;
  const char* end = nullptr;
  sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &used, &end);
  if (end != text.data() + text.size()) used = 0;
  out.resize(used);
  return out;
}

struct Columns {
  Buffer key, nonce, aad, input, expected;
};

template <std::size_t N>
bool equal(const Bytes<N>& got, const Buffer& expected) {
  return std::equal(got.begin(), got.end(), expected.begin(), expected.end());
}

Key32 key_at(const Buffer& keys, std::size_t index) {
  return Key32::copy_of(std::span(keys).subspan(index * 32).first<32>());
}

// --- AEADs of the packet path -----------------------------------------------------------------

/// Messages per burst, so that the lanes of a multi-buffer implementation are all used.
constexpr std::size_t kBurst = 8;

AeadOp make_op(const AeadKey& key, const Buffer& aad, Buffer& message) {
  const std::size_t size = message.size() - kAeadTagSize;
  return {.key = &key,
          .counter = 0,
          .aad = aad.data(),
          .aad_size = static_cast<std::uint32_t>(aad.size()),
          .size = static_cast<std::uint32_t>(size),
          .data = message.data(),
          .tag = message.data() + size,
          .ok = false};
}

bool opens(AeadEngine& engine, const AeadKey& key, const Buffer& aad, Buffer message) {
  AeadOp op = make_op(key, aad, message);
  engine.open({&op, 1});
  return op.ok;
}

bool forgery_opens(AeadEngine& engine, const AeadKey& key, const Columns& line) {
  for (std::size_t i = 0; i < line.expected.size(); ++i) {
    Buffer forged = line.expected;
    forged[i] ^= 1;
    if (opens(engine, key, line.aad, std::move(forged))) return true;
  }
  for (std::size_t i = 0; i < line.aad.size(); ++i) {
    Buffer forged = line.aad;
    forged[i] ^= 1;
    if (opens(engine, key, forged, line.expected)) return true;
  }
  return false;
}

bool check_burst(AeadEngine& engine, const AeadKey& key, const Columns& line) {
  Buffer plain = line.input;
  plain.resize(plain.size() + kAeadTagSize);
  std::vector<Buffer> messages(kBurst, plain);
  std::vector<AeadOp> ops;
  for (Buffer& message : messages) ops.push_back(make_op(key, line.aad, message));
  engine.seal(ops);
  for (const Buffer& message : messages) {
    if (message != line.expected) return false;
  }
  engine.open(ops);
  for (std::size_t i = 0; i < kBurst; ++i) {
    messages[i].resize(line.input.size());
    if (!ops[i].ok || messages[i] != line.input) return false;
  }
  return true;
}

bool check_aead(AeadEngine& engine, Suite suite, const Columns& line) {
  if (line.key.size() != 32 || line.nonce.size() != kAeadNonceSize) return false;
  if (line.expected.size() != line.input.size() + kAeadTagSize) return false;
  Bytes<kAeadNonceSize> iv;
  std::copy(line.nonce.begin(), line.nonce.end(), iv.begin());
  AeadKey key;
  engine.expand(suite, key_at(line.key, 0), iv, key);
  const bool holds = check_burst(engine, key, line) && !forgery_opens(engine, key, line);
  wipe_key(key);
  return holds;
}

// --- everything else --------------------------------------------------------------------------

bool check_control_sealing(const Columns& line) {
  if (line.key.size() != 32 || line.nonce.size() != kSealNonceSize) return false;
  const Key32 key = key_at(line.key, 0);
  SealNonce nonce;
  std::copy(line.nonce.begin(), line.nonce.end(), nonce.begin());
  Buffer sealed(line.input.size() + kSealTagSize), opened(line.input.size());
  seal_control(key, nonce, line.aad, line.input, sealed);
  if (sealed != line.expected) return false;
  if (!open_control(key.view(), nonce, line.aad, sealed, opened)) return false;
  if (opened != line.input) return false;
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Buffer forged = sealed;
    forged[i] ^= 1;
    if (open_control(key.view(), nonce, line.aad, forged, opened)) return false;
  }
  Buffer longer_aad = line.aad;
  longer_aad.push_back(0);
  return !open_control(key.view(), nonce, longer_aad, sealed, opened);
}

bool check_x25519(const Columns& line) {
  if (line.key.size() != 32 || line.input.size() != 32 || line.expected.size() != 32) return false;
  const Key32 own = key_at(line.key, 0);
  PublicKey peer;
  std::copy(line.input.begin(), line.input.end(), peer.begin());
  const std::optional<Key32> shared = x25519(own, peer);
  const bool small_order_refused = !x25519(own, PublicKey{}).has_value();
  return small_order_refused && shared && shared->equals(key_at(line.expected, 0));
}

bool check_x25519_base(const Columns& line) {
  if (line.key.size() != 32) return false;
  return equal(KeyPair::from_secret(key_at(line.key, 0)).public_key, line.expected);
}

bool check_derive(const Columns& line) {
  if (line.key.size() != 32 || line.expected.size() != 32) return false;
  const std::string label(line.input.begin(), line.input.end());
  return derive(line.key, label, line.aad).equals(key_at(line.expected, 0));
}

/// Both roles side by side; each also reads a forged message first, which must change nothing.
class NoiseCheck {
 public:
  explicit NoiseCheck(const Columns& line)
      : line_(line),
        initiator_keys_(KeyPair::from_secret(key_at(line.key, 0))),
        responder_keys_(KeyPair::from_secret(key_at(line.key, 2))),
        psk_(key_at(line.key, 4)),
        initiator_(initiator_keys_, responder_keys_.public_key, key_at(line.key, 1), line.input),
        responder_(responder_keys_, line.input) {}

  bool holds() {
    const std::size_t half = line_.aad.size() / 2;
    const Buffer payload1(line_.aad.begin(), line_.aad.begin() + static_cast<std::ptrdiff_t>(half));
    const Buffer payload2(line_.aad.begin() + static_cast<std::ptrdiff_t>(half), line_.aad.end());
    Buffer message1(half + kNoiseMessage1Overhead), message2(half + kNoiseMessage2Overhead);
    if (!initiator_.write_message1(payload1, message1) || !responder_reads(message1, payload1)) {
      return false;
    }
    const auto ours = responder_.write_message2(payload2, psk_, key_at(line_.key, 3), message2);
    if (!ours || !initiator_reads(message2, payload2, *ours)) return false;
    Buffer transcript = message1;
    transcript.insert(transcript.end(), message2.begin(), message2.end());
    transcript.insert(transcript.end(), ours->handshake_hash.begin(), ours->handshake_hash.end());
    return transcript == line_.expected;
  }

 private:
  bool responder_reads(const Buffer& message, const Buffer& payload) {
    Buffer forged = message, read(payload.size());
    forged.back() ^= 1;
    if (responder_.read_message1(forged, read)) return false;
    return responder_.read_message1(message, read) == initiator_keys_.public_key && read == payload;
  }

  bool initiator_reads(const Buffer& message, const Buffer& payload, const NoiseResult& theirs) {
    Buffer forged = message, read(payload.size());
    forged.back() ^= 1;
    if (initiator_.read_message2(forged, psk_, read)) return false;
    const auto result = initiator_.read_message2(message, psk_, read);
    return result && read == payload && result->chaining_key.equals(theirs.chaining_key) &&
           result->handshake_hash == theirs.handshake_hash;
  }

  const Columns& line_;
  KeyPair initiator_keys_, responder_keys_;
  Key32 psk_;
  NoiseInitiator initiator_;
  NoiseResponder responder_;
};

bool check(Primitive primitive, const Columns& line, AeadEngine& engine) {
  switch (primitive) {
    case Primitive::aes_256_gcm:
      return check_aead(engine, Suite::aes_256_gcm, line);
    case Primitive::chacha20_poly1305:
      return check_aead(engine, Suite::chacha20_poly1305, line);
    case Primitive::xchacha20_poly1305:
      return check_control_sealing(line);
    case Primitive::x25519:
      return check_x25519(line);
    case Primitive::x25519_base:
      return check_x25519_base(line);
    case Primitive::derive:
      return check_derive(line);
    case Primitive::mac:
      return line.key.size() == 32 && equal(mac(line.key, line.input), line.expected);
    case Primitive::hash:
      return equal(hash(line.input), line.expected);
    case Primitive::sha256:
      return equal(sha256(line.input), line.expected) && equal(Sha256()(line.input), line.expected);
    case Primitive::noise:
      return line.key.size() == 5UL * 32 && line.aad.size() % 2 == 0 && NoiseCheck(line).holds();
  }
  return false;
}

}  // namespace

Result<void> run_known_answers(std::span<const KnownAnswer> table, AeadEngine& engine) {
  for (const KnownAnswer& line : table) {
    const Columns columns{from_hex(line.key), from_hex(line.nonce), from_hex(line.aad),
                          from_hex(line.input), from_hex(line.expected)};
    if (!check(line.primitive, columns, engine)) {
      return fail("crypto self-test failed: " + std::string(line.name));
    }
  }
  return {};
}

}  // namespace jvpn
