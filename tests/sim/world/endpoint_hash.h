// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/core/address.h"

namespace jvpn::sim {

/// For tables that are only looked up in, never walked: their order would be another on another
/// library.
struct EndpointHash {
  std::size_t operator()(const Endpoint& at) const {
    std::uint64_t h = at.port;
    for (std::size_t i = 0; i < 16; i += 8) {
      h = (h ^ load<BigEndian<std::uint64_t>>(at.address.bytes.data() + i).value()) *
          0x9e3779b97f4a7c15;
      h ^= h >> 31;
    }
    return h;
  }
};

}  // namespace jvpn::sim
