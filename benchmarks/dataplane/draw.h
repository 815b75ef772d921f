// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace jvpn::bench {

enum class Spread : std::uint8_t { uniform, zipf };

/// Which session a packet is of.
class Draw {
 public:
  Draw(Spread spread, std::uint32_t sessions) : spread_(spread), sessions_(sessions) {}

  std::uint32_t next() {
    return spread_ == Spread::uniform ? static_cast<std::uint32_t>(random_() % sessions_)
                                      : ranked();
  }

 private:
  /// Rank r with a chance proportional to ln((r + 1) / r), which is 1 / r but for the first few:
  /// Zipf's law with exponent 1. Ranks are scattered over the sessions.
  std::uint32_t ranked() {
    const double u = std::uniform_real_distribution<double>()(random_);
    const auto rank = static_cast<std::uint64_t>(std::exp(u * std::log(sessions_ + 1.0))) - 1;
    return static_cast<std::uint32_t>(rank * 2654435761u % sessions_);
  }

  Spread spread_;
  std::uint32_t sessions_;
  std::mt19937_64 random_{1};
};

}  // namespace jvpn::bench
