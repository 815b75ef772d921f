// SPDX-License-Identifier: Apache-2.0
// What nearly every frame of a port looks like: some bytes of its headers are always the same. A
// few masked comparisons recognise it, and little is left to ask. Every other frame is looked at
// step by step (classify_underlay.cc, classify_plaintext.cc); only there is said why one is
// dropped.
#pragma once

#include <smmintrin.h>

#include "dataplane/link.h"

namespace jvpn {

class FrameShape {
 public:
  static constexpr std::size_t kSize = 48;  ///< bytes of a frame that fits() reads

  /// Of an underlay: IPv4 without options, not a fragment, UDP to our address and port, type DATA.
  /// Of the plaintext port: IPv4 without options. Both untagged and to our MAC.
  static FrameShape of(const Link& link);
  FrameShape() { expect_nothing(); }

  bool fits(const std::uint8_t* frame) const {
    static_assert(kSize == 3 * sizeof(__m128i));
    const __m128i other = differs<0>(frame) | differs<1>(frame) | differs<2>(frame);
    return _mm_testz_si128(other, other) != 0;
  }

 private:
  /// Bits of sixteen bytes that are not as they should be.
  template <std::size_t kPart>
  __m128i differs(const std::uint8_t* frame) const {
    constexpr std::size_t kAt = kPart * sizeof(__m128i);
    const auto* const there = reinterpret_cast<const __m128i*>(frame + kAt);
    return (_mm_loadu_si128(there) & aligned_at(mask_.data() + kAt)) ^
           aligned_at(wanted_.data() + kAt);
  }
  static __m128i aligned_at(const std::uint8_t* at) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(at));
  }
  void expect(std::size_t at, ByteView bytes);
  void expect_bits(std::size_t at, std::uint8_t mask, std::uint8_t bits);
  void expect_nothing();

  // Aligned, so that instructions may name them as operands.
  alignas(16) Bytes<kSize> mask_{};
  alignas(16) Bytes<kSize> wanted_{};
};

}  // namespace jvpn
