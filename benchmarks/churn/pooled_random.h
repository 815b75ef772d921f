// SPDX-License-Identifier: Apache-2.0
// The system's random bytes, fetched a page at a time: very many sessions draw a few each.
#pragma once

#include <algorithm>

#include "crypto/random.h"

namespace jvpn::churn {

class PooledRandom final : public RandomSource {
 public:
  void fill(ByteSpan out) override {
    while (!out.empty()) {
      if (used_ == pool_.size()) {
        system_.fill(pool_);
        used_ = 0;
      }
      const std::size_t size = std::min(out.size(), pool_.size() - used_);
      std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(used_), size, out.begin());
      used_ += size;
      out = out.subspan(size);
    }
  }

 private:
  SystemRandom system_;
  Bytes<4096> pool_{};
  std::size_t used_ = pool_.size();
};

}  // namespace jvpn::churn
