// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/bytes.h"
#include "session/core/ids.h"

namespace jvpn {

/// The 56-bit receiver tag of every data and control header. Opaque to the peer that echoes it.
class Tag {
 public:
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << 56) - 1;
  constexpr Tag() = default;
  constexpr explicit Tag(std::uint64_t value) : value_(value & kMask) {}
  static Tag from_wire(const Bytes<7>& wire) {
    std::uint64_t shifted = 0;
    std::memcpy(&shifted, wire.data(), wire.size());
    return Tag(network_order(shifted) >> 8);
  }
  Bytes<7> to_wire() const {
    const std::uint64_t shifted = network_order(value_ << 8);
    Bytes<7> wire;
    std::memcpy(wire.data(), &shifted, wire.size());
    return wire;
  }
  constexpr std::uint64_t value() const { return value_; }
  constexpr auto operator<=>(const Tag&) const = default;

 private:
  std::uint64_t value_ = 0;
};

/// What a gateway writes into the tags that it hands out, so that any node, NIC or balancer can
/// steer by them and a stale one is recognised:
///
///   | node 8 | worker 6 | slot 24 | generation 18 |
struct GatewayTag {
  std::uint8_t node = 0;
  std::uint8_t worker = 0;       ///< 0..63
  std::uint32_t slot = 0;        ///< 0..2^24-1
  std::uint32_t generation = 0;  ///< 0..2^18-1; counts the uses of the slot

  static constexpr std::uint32_t kMaxSlots = 1u << 24;
  static constexpr std::uint32_t kGenerationMask = (1u << 18) - 1;

  constexpr Tag pack() const {
    return Tag(std::uint64_t{node} << 48 | std::uint64_t{worker & 63u} << 42 |
               std::uint64_t{slot & (kMaxSlots - 1)} << 18 | (generation & kGenerationMask));
  }
  static constexpr GatewayTag unpack(Tag tag) {
    const std::uint64_t v = tag.value();
    return {static_cast<std::uint8_t>(v >> 48), static_cast<std::uint8_t>(v >> 42 & 63),
            static_cast<std::uint32_t>(v >> 18) & (kMaxSlots - 1),
            static_cast<std::uint32_t>(v) & kGenerationMask};
  }
  constexpr auto operator<=>(const GatewayTag&) const = default;
};

}  // namespace jvpn
