// SPDX-License-Identifier: Apache-2.0
// Some packets of a burst, as bits: a stage visits its own without asking all the others, and one
// that has none costs a few instructions.
#pragma once

#include <emmintrin.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "session/core/limits.h"

namespace jvpn {

class PacketSet {
 public:
  class Iterator {
   public:
    explicit Iterator(std::uint32_t left) : left_(left) {}
    std::size_t operator*() const { return static_cast<std::size_t>(std::countr_zero(left_)); }
    Iterator& operator++() {
      left_ &= left_ - 1;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return left_ != other.left_; }

   private:
    std::uint32_t left_;
  };

  /// Those of the first `count` whose byte in `values` is `wanted`.
  template <class Byte>
  static PacketSet where(const std::array<Byte, kBurst>& values, Byte wanted, std::size_t count) {
    static_assert(sizeof(Byte) == 1 && kBurst == 32);
    const __m128i each = _mm_set1_epi8(static_cast<char>(wanted));
    const auto equal = [&](std::size_t from) {
      const auto* const at = reinterpret_cast<const __m128i*>(values.data() + from);
      return static_cast<std::uint32_t>(
          _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(at), each)));
    };
    return PacketSet(equal(0) | equal(16) << 16) & first(count);
  }
  static PacketSet first(std::size_t count) {
    return PacketSet(static_cast<std::uint32_t>((std::uint64_t{1} << count) - 1));
  }

  bool operator==(const PacketSet& other) const = default;
  PacketSet operator|(PacketSet other) const { return PacketSet(bits_ | other.bits_); }
  PacketSet operator&(PacketSet other) const { return PacketSet(bits_ & other.bits_); }
  PacketSet without(PacketSet other) const { return PacketSet(bits_ & ~other.bits_); }
  std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
  /// In rising order. What a packet becomes meanwhile changes no set that was made before.
  Iterator begin() const { return Iterator(bits_); }
  Iterator end() const { return Iterator(0); }

 private:
  explicit PacketSet(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

}  // namespace jvpn
