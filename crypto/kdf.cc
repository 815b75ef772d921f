// SPDX-License-Identifier: Apache-2.0
#include "crypto/kdf.h"

#include <sodium.h>

#include "base/ensure.h"

namespace jvpn {
namespace {

/// BLAKE2b over pieces, keyed unless `key` is empty. The state is wiped: it holds the key's block.
class Blake2b {
 public:
  Blake2b(ByteView key, std::size_t out_size) : out_size_(out_size) {
    crypto_generichash_init(&state_, key.data(), key.size(), out_size);
  }
  Blake2b(const Blake2b&) = delete;
  Blake2b& operator=(const Blake2b&) = delete;
  ~Blake2b() { sodium_memzero(&state_, sizeof state_); }

  Blake2b& add(ByteView piece) {
    crypto_generichash_update(&state_, piece.data(), piece.size());
    return *this;
  }
  void finish(std::uint8_t* out) { crypto_generichash_final(&state_, out, out_size_); }

 private:
  crypto_generichash_state state_;
  std::size_t out_size_;
};

void ensure_key_size(ByteView key) {
  ensure(key.size() >= crypto_generichash_KEYBYTES_MIN &&
             key.size() <= crypto_generichash_KEYBYTES_MAX,
         "BLAKE2b takes keys of 16 to 64 bytes");
}

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Key32 derive(ByteView secret, std::string_view label, ByteView context) {
  ensure_key_size(secret);
  ensure(label.find('\0') == std::string_view::npos, "a zero byte ends the label");
  constexpr Bytes<1> separator{0};
  Key32 out;
  Blake2b(secret, out.view().size())
      .add(as_bytes(label))
      .add(separator)
      .add(context)
      .finish(out.writable().data());
  return out;
}

Bytes<12> derive_iv(ByteView secret, std::string_view label, ByteView context) {
  const Key32 whole = derive(secret, label, context);
  Bytes<12> iv;
  std::memcpy(iv.data(), whole.view().data(), iv.size());
  return iv;
}

Mac mac(ByteView key, ByteView message) {
  ensure_key_size(key);
  Mac out;
  Blake2b(key, out.size()).add(message).finish(out.data());
  return out;
}

bool mac_equals(const Mac& a, const Mac& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes<32> hash(ByteView message) {
  Bytes<32> out;
  Blake2b({}, out.size()).add(message).finish(out.data());
  return out;
}

}  // namespace jvpn
