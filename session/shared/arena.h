// SPDX-License-Identifier: Apache-2.0
// Cuts one block of the caller's memory into pieces. A layout is a function that takes pieces; run
// over an arena without memory it only counts, so memory_size() and create() cannot disagree.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace jvpn {

inline constexpr std::size_t kCacheLine = 64;

class Arena {
 public:
  /// Counts only: every piece taken is null.
  Arena() = default;
  /// `base` is aligned to kCacheLine and has as many bytes as a counting run has used.
  explicit Arena(std::uint8_t* base) : base_(base) {}

  /// The next `bytes`, aligned to a cache line, so that no two pieces share one.
  std::uint8_t* take_bytes(std::size_t bytes) {
    std::uint8_t* piece = base_ == nullptr ? nullptr : base_ + used_;
    used_ += (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
    return piece;
  }
  /// Raw memory for `count` objects; the caller constructs them.
  template <class T>
  T* take(std::size_t count) {
    static_assert(alignof(T) <= kCacheLine);
    return reinterpret_cast<T*>(take_bytes(count * sizeof(T)));
  }

  std::size_t used() const { return used_; }

 private:
  std::uint8_t* base_ = nullptr;
  std::size_t used_ = 0;
};

/// Is `memory` aligned to a cache line and at least `bytes` long?
inline bool fits(std::span<const std::uint8_t> memory, std::size_t bytes) {
  return memory.size() >= bytes && std::bit_cast<std::uintptr_t>(memory.data()) % kCacheLine == 0;
}

}  // namespace jvpn
