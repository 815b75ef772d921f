// SPDX-License-Identifier: Apache-2.0
// Fetches keys shortly before their turn: with many sessions each packet's key lies in memory. What
// is fetched is what ipsec-mb reads on CPUs with VAES and AVX-512, line for line.
#pragma once

#include <algorithm>
#include <span>

#include "base/prefetch.h"
#include "crypto/aead.h"

namespace jvpn {

/// Packets between the fetch of a key and its use.
inline constexpr std::size_t kKeysAhead = 8;

/// A key in cache lines: 15 round keys in front, then its tables of powers of the hash key.
inline constexpr std::size_t kKeyLines = sizeof(AeadKey) / 64, kRoundKeyLines = 4;
inline constexpr std::size_t kPowerTableLines = (kKeyLines - kRoundKeyLines) / kGcmPowerTables;

/// How many lines at the end of each table a message of `size` bytes reads: four powers a line, as
/// many powers as it has blocks, three more for header and lengths.
constexpr std::size_t power_lines(std::size_t size) {
  const std::size_t blocks = (size + 15) / 16;
  return std::min((blocks + 3 + 3) / 4, kPowerTableLines);
}

/// Calls `visit` with the number of each line that a message with so many power_lines() reads, the
/// nonce's constant part in the last one included.
template <class Visit>
void for_each_key_line(std::size_t power_lines, Visit visit) {
  for (std::size_t line = 0; line < kRoundKeyLines; ++line) visit(line);
  for (std::size_t table = 0; table < kGcmPowerTables; ++table) {
    const std::size_t end = kRoundKeyLines + (table + 1) * kPowerTableLines;
    for (std::size_t line = end - power_lines; line < end; ++line) visit(line);
  }
}

/// Fetches what a message with so many power_lines() reads of its AES-GCM key. Only the address is
/// looked at.
inline void prefetch_key_lines(const void* key, std::size_t power_lines) {
  const auto* const bytes = static_cast<const std::uint8_t*>(key);
  for_each_key_line(power_lines, [bytes](std::size_t line) { prefetch(bytes + line * 64); });
}

/// Fetches what a message of `size` bytes reads of its AES-GCM key.
inline void prefetch_key(const AeadKey& key, std::size_t size) {
  prefetch_key_lines(&key, power_lines(size));
}

/// When `op` becomes number `i` of a burst, while its other packets are still being looked at.
inline void prefetch_early_key(const AeadOp& op, std::size_t i) {
  if (i < kKeysAhead) prefetch_key(*op.key, op.size);
}

/// Before the cipher's `op`, for the one that is so many ahead. One session's packets in a row have
/// their key at hand already.
inline void prefetch_key_ahead(const AeadOp& ahead, const AeadOp& op) {
  if (ahead.key != op.key) prefetch_key(*ahead.key, ahead.size);
}

}  // namespace jvpn
