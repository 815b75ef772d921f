// SPDX-License-Identifier: Apache-2.0
#include "crypto/short_hash.h"

#include <sodium.h>

namespace jvpn {

Mac short_mac(const Key32& key, ByteView message) {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES <= sizeof(Key32));
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(Mac));
  Mac out;
  crypto_shorthash_siphashx24(out.data(), message.data(), message.size(), key.view().data());
  return out;
}

std::uint64_t short_hash(const Bytes<16>& key, ByteView bytes) {
  static_assert(crypto_shorthash_KEYBYTES == sizeof key);
  static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));
  Bytes<sizeof(std::uint64_t)> out;
  crypto_shorthash(out.data(), bytes.data(), bytes.size(), key.data());
  return std::bit_cast<std::uint64_t>(out);
}

}  // namespace jvpn
