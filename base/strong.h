// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace jvpn {

/// A number with a meaning: two of them with different tags never mix by accident.
/// `using Counter = Strong<struct CounterTag, std::uint64_t>;`
template <class Tag, class Number>
struct Strong {
  Number value{};
  constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace jvpn
