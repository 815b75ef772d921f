// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "base/bytes.h"

namespace jvpn {

/// What the gateway takes from hugepages: a block aligned to cache lines, here from the heap and
/// filled with a pattern, because nobody promised zeroes.
class AlignedMemory {
 public:
  explicit AlignedMemory(std::size_t size)
      : bytes_(static_cast<std::uint8_t*>(::operator new(size, kAlignment))), size_(size) {
    std::fill_n(bytes_.get(), size, std::uint8_t{0xa5});
  }
  ByteSpan span() const { return {bytes_.get(), size_}; }
  /// Does `needle` stand anywhere in it?
  bool contains(ByteView needle) const {
    const ByteSpan all = span();
    return std::search(all.begin(), all.end(), needle.begin(), needle.end()) != all.end();
  }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(std::uint8_t* bytes) const { ::operator delete(bytes, kAlignment); }
  };
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t size_;
};

}  // namespace jvpn
