// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <sodium.h>

namespace jvpn {

void SystemRandom::fill(ByteSpan out) {
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

SeededRandom::SeededRandom(std::uint64_t seed) {
  store(key_.data(), BigEndian<std::uint64_t>(seed));
}

void SeededRandom::fill(ByteSpan out) {
  if (out.empty()) return;
  constexpr Bytes<crypto_stream_chacha20_NONCEBYTES> nonce{};
  constexpr std::size_t block_size = 64;
  std::memset(out.data(), 0, out.size());
  crypto_stream_chacha20_xor_ic(out.data(), out.data(), out.size(), nonce.data(), block_,
                                key_.data());
  block_ += (out.size() + block_size - 1) / block_size;
}

}  // namespace jvpn
