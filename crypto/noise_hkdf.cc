// SPDX-License-Identifier: Apache-2.0
#include "crypto/noise_hkdf.h"

#include "base/ensure.h"

namespace jvpn {
namespace {

constexpr std::size_t kHashSize = 64;
constexpr std::size_t kBlockSize = 128;

/// BLAKE2b-512( (key xor pad) || first || second )
void hash_padded(const Secret<kHashSize>& key, std::uint8_t pad, std::span<const ByteView, 2> rest,
                 Secret<kHashSize>& out) {
  Secret<kBlockSize> block;
  std::memset(block.writable().data(), pad, kBlockSize);
  for (std::size_t i = 0; i < kHashSize; ++i) block.writable()[i] ^= key.view()[i];

  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kHashSize);
  crypto_generichash_update(&state, block.view().data(), kBlockSize);
  for (ByteView piece : rest) crypto_generichash_update(&state, piece.data(), piece.size());
  crypto_generichash_final(&state, out.writable().data(), kHashSize);
  sodium_memzero(&state, sizeof state);
}

/// RFC 2104 over BLAKE2b, whose keyed mode Noise does not use. `first` and `second` are joined.
Secret<kHashSize> hmac(const Secret<kHashSize>& key, ByteView first, ByteView second = {}) {
  Secret<kHashSize> inner, outer;
  hash_padded(key, 0x36, std::array{first, second}, inner);
  hash_padded(key, 0x5c, std::array{ByteView(inner.view()), ByteView()}, outer);
  return outer;
}

}  // namespace

void noise_hkdf(const Secret<64>& chaining_key, ByteView input, std::span<Secret<64>> outputs) {
  ensure(outputs.size() == 2 || outputs.size() == 3, "Noise's HKDF has two or three outputs");
  const Secret<kHashSize> temp_key = hmac(chaining_key, input);
  ByteView previous;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Bytes<1> number{static_cast<std::uint8_t>(i + 1)};
    outputs[i] = hmac(temp_key, previous, number);
    previous = outputs[i].view();
  }
}

}  // namespace jvpn
