// SPDX-License-Identifier: Apache-2.0
// What nearly every frame of a port looks like: some bytes of its headers are always the same. A
// few masked comparisons recognise it, and little is left to ask. Every other frame is looked at
// step by step (classify_underlay.cc, classify_plaintext.cc); only there is said why one is
// dropped.
#pragma once

#include <emmintrin.h>

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
    __m128i same = _mm_set1_epi8(-1);
    for (std::size_t at = 0; at < kSize; at += sizeof same) {
      const __m128i masked = _mm_and_si128(words_at(frame + at), words_at(mask_.data() + at));
      same = _mm_and_si128(same, _mm_cmpeq_epi8(masked, words_at(wanted_.data() + at)));
    }
    return _mm_movemask_epi8(same) == 0xffff;
  }

 private:
  static __m128i words_at(const std::uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  void expect(std::size_t at, ByteView bytes);
  void expect_bits(std::size_t at, std::uint8_t mask, std::uint8_t bits);
  void expect_nothing();

  Bytes<kSize> mask_{};
  Bytes<kSize> wanted_{};
};

}  // namespace jvpn
