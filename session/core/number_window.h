// SPDX-License-Identifier: Apache-2.0
// Which message numbers of class `other` were seen. A sender counts upwards over all its paths, and
// a slow path delivers late what a fast one has overtaken: each of the latest 64 numbers is taken
// once, in any order; older ones never.
#pragma once

#include <cstdint>

namespace jvpn {

class NumberWindow {
 public:
  /// True: not seen before, and marked now. 0 is no number.
  bool take(std::uint64_t number) {
    if (number == 0) return false;
    if (number > highest_) {
      const std::uint64_t ahead = number - highest_;
      seen_ = ahead < kSize ? seen_ << ahead | 1u : 1u;
      highest_ = number;
      return true;
    }
    const std::uint64_t behind = highest_ - number;
    if (behind >= kSize || (seen_ >> behind & 1u) != 0) return false;
    seen_ |= std::uint64_t{1} << behind;
    return true;
  }
  /// What take() would say.
  bool can_take(std::uint64_t number) const { return NumberWindow(*this).take(number); }
  std::uint64_t highest() const { return highest_; }

 private:
  static constexpr std::uint64_t kSize = 64;
  std::uint64_t highest_ = 0;
  std::uint64_t seen_ = 0;  ///< bit n: `highest_` - n
};

}  // namespace jvpn
