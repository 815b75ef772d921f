// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <sodium.h>

#include <algorithm>

namespace jvpn {

void SystemRandom::fill(ByteSpan out) {
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

PooledRandom::~PooledRandom() {
  sodium_memzero(pool_.data(), pool_.size());
}

void PooledRandom::fill(ByteSpan out) {
  while (!out.empty()) {
    if (used_ == pool_.size()) {
      system_.fill(pool_);
      used_ = 0;
    }
    const ByteSpan left = ByteSpan(pool_).subspan(used_);
    const ByteSpan drawn = left.first(std::min(out.size(), left.size()));
    std::ranges::copy(drawn, out.begin());
    sodium_memzero(drawn.data(), drawn.size());
    used_ += drawn.size();
    out = out.subspan(drawn.size());
  }
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
