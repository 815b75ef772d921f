// SPDX-License-Identifier: Apache-2.0
// Explicit congestion notification through the tunnel, normal mode (RFC 6040). On the way in the
// outer field is a copy of the inner one.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace jvpn {

inline constexpr std::uint8_t kNotEct = 0;
inline constexpr std::uint8_t kEct1 = 1;
inline constexpr std::uint8_t kEct0 = 2;
inline constexpr std::uint8_t kCongestion = 3;

/// The inner field on the way out (RFC 6040, figure 4). Nothing: drop, congestion was signalled on
/// a packet that cannot carry the signal.
constexpr std::optional<std::uint8_t> leaving_ecn(std::uint8_t inner, std::uint8_t outer) {
  if (inner == kNotEct) return outer == kCongestion ? std::nullopt : std::optional(kNotEct);
  if (outer == kCongestion) return kCongestion;
  if (inner == kEct0 && outer == kEct1) return kEct1;
  return inner;
}

/// ECN field of an inner packet with a whole IPv4 or IPv6 header.
std::uint8_t ecn_of(ByteView inner);
/// Writes it and mends the IPv4 header checksum (RFC 1624).
void set_ecn(ByteSpan inner, std::uint8_t ecn);

}  // namespace jvpn
