// SPDX-License-Identifier: Apache-2.0
// Fetches keys shortly before their turn: with many sessions each packet's key lies in memory.
#pragma once

#include <algorithm>
#include <span>

#include "crypto/aead.h"

namespace jvpn {

/// Packets between the fetch of a key and its use.
inline constexpr std::size_t kKeysAhead = 4;

/// Fetches what a message of `size` bytes reads of its AES-GCM key: the round keys in front and, at
/// the end, as many powers of the hash key as it has blocks, and the nonce's constant part.
inline void prefetch_key(const AeadKey& key, std::size_t size) {
  constexpr std::size_t kLine = 64, kLines = sizeof(AeadKey) / kLine;
  constexpr std::size_t kRoundKeyLines = 4, kPowersALine = 4;
  const std::size_t blocks = (size + 15) / 16;
  const std::size_t powers = (blocks + 3 + kPowersALine - 1) / kPowersALine;
  const std::size_t last = std::min(powers, kLines - kRoundKeyLines);
  const auto* const lines = reinterpret_cast<const std::uint8_t*>(&key);
  for (std::size_t n = 0; n < kRoundKeyLines; ++n) __builtin_prefetch(lines + n * kLine);
  for (std::size_t n = kLines - last; n < kLines; ++n) __builtin_prefetch(lines + n * kLine);
}

/// Before the first of `ops`.
inline void prefetch_first_keys(std::span<const AeadOp> ops) {
  for (const AeadOp& op : ops.first(std::min(kKeysAhead, ops.size()))) {
    prefetch_key(*op.key, op.size);
  }
}

/// Before number `i`. One session's packets in a row have their key at hand already.
inline void prefetch_next_key(std::span<const AeadOp> ops, std::size_t i) {
  if (i + kKeysAhead >= ops.size() || ops[i + kKeysAhead].key == ops[i].key) return;
  prefetch_key(*ops[i + kKeysAhead].key, ops[i + kKeysAhead].size);
}

}  // namespace jvpn
