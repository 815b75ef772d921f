// SPDX-License-Identifier: Apache-2.0
// XChaCha20-Poly1305 by ipsec-mb's direct calls, which keep nothing between them, in a third of the
// time that libsodium takes for messages of our size.
#include "crypto/sealing.h"

#include "base/ensure.h"
#include "crypto/mb_direct.h"
#include "crypto/seal_subkey.h"

namespace jvpn {
namespace {

static_assert(kSealNonceSize == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kSealTagSize == crypto_aead_xchacha20poly1305_ietf_ABYTES);

using Key = std::span<const std::uint8_t, 32>;
using Tag128 = Bytes<kSealTagSize>;

/// One message in the making.
struct Message {
  SealSubkey subkey;
  chacha20_poly1305_context_data context;
};

void begin(Message& message, Key key, const SealNonce& nonce, ByteView aad) {
  message.subkey = subkey_of(key, nonce);
  IMB_CHACHA20_POLY1305_INIT(mb_direct, message.subkey.key.data(), &message.context,
                             message.subkey.nonce.data(), aad.data(), aad.size());
}

Tag128 encrypt(Message& message, ByteView plain, std::uint8_t* out) {
  if (!plain.empty()) {
    IMB_CHACHA20_POLY1305_ENC_UPDATE(mb_direct, message.subkey.key.data(), &message.context, out,
                                     plain.data(), plain.size());
  }
  Tag128 tag;
  IMB_CHACHA20_POLY1305_ENC_FINALIZE(mb_direct, &message.context, tag.data(), tag.size());
  sodium_memzero(&message, sizeof message);
  return tag;
}

Tag128 decrypt(Message& message, ByteView sealed, std::uint8_t* out) {
  if (!sealed.empty()) {
    IMB_CHACHA20_POLY1305_DEC_UPDATE(mb_direct, message.subkey.key.data(), &message.context, out,
                                     sealed.data(), sealed.size());
  }
  Tag128 tag;
  IMB_CHACHA20_POLY1305_DEC_FINALIZE(mb_direct, &message.context, tag.data(), tag.size());
  sodium_memzero(&message, sizeof message);
  return tag;
}

}  // namespace

void seal_control(const Key32& key, const SealNonce& nonce, ByteView aad, ByteView plain,
                  ByteSpan out) {
  ensure(out.size() == plain.size() + kSealTagSize, "the sealed form is 16 bytes longer");
  Message message;
  begin(message, key.view(), nonce, aad);
  const Tag128 tag = encrypt(message, plain, out.data());
  std::memcpy(out.data() + plain.size(), tag.data(), tag.size());
}

bool open_control(Key key, const SealNonce& nonce, ByteView aad, ByteView sealed, ByteSpan out) {
  if (sealed.size() != out.size() + kSealTagSize) {
    sodium_memzero(out.data(), out.size());
    return false;
  }
  Tag128 expected;  // read first: in place, `out` ends where the tag begins
  std::memcpy(expected.data(), sealed.data() + out.size(), expected.size());
  Message message;
  begin(message, key, nonce, aad);
  const Tag128 tag = decrypt(message, sealed.first(out.size()), out.data());
  if (crypto_verify_16(tag.data(), expected.data()) == 0) return true;
  sodium_memzero(out.data(), out.size());
  return false;
}

}  // namespace jvpn
