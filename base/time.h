// SPDX-License-Identifier: Apache-2.0
// Time as the protocol cores see it: always handed in, never read. Only apps/ reads clocks.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace jvpn {

using Duration = std::chrono::nanoseconds;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// A point on the monotonic clock that counts suspend (CLOCK_BOOTTIME), in nanoseconds.
struct Instant {
  std::int64_t ns = 0;
  constexpr auto operator<=>(const Instant&) const = default;

  /// Later than every real instant: "no deadline".
  static constexpr Instant never() { return Instant{INT64_MAX}; }
  constexpr Instant operator+(Duration d) const {
    return ns == INT64_MAX ? *this : Instant{ns + d.count()};
  }
  constexpr Instant operator-(Duration d) const {
    return ns == INT64_MAX ? *this : Instant{ns - d.count()};
  }
  constexpr Duration operator-(Instant other) const { return Duration(ns - other.ns); }
};

constexpr std::int64_t to_ms(Duration d) {
  return d.count() / 1'000'000;
}

}  // namespace jvpn
