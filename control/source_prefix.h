// SPDX-License-Identifier: Apache-2.0
// What limits are counted by: the host that a source is (IPv4 /32, IPv6 /64) and the network that
// it is in (IPv4 /24, IPv6 /48).
#pragma once

#include "session/core/address.h"

namespace jvpn {

/// How many bytes count, then these bytes, then zeros.
using SourcePrefix = Bytes<17>;

inline SourcePrefix prefix_of(const IpAddress& source, std::size_t bytes) {
  SourcePrefix prefix{};
  prefix[0] = static_cast<std::uint8_t>(bytes);
  std::memcpy(prefix.data() + 1, source.bytes.data(), bytes);
  return prefix;
}
inline SourcePrefix host_of(const IpAddress& source) {
  return prefix_of(source, source.is_v4() ? 16 : 8);
}
inline SourcePrefix network_of(const IpAddress& source) {
  return prefix_of(source, source.is_v4() ? 15 : 6);
}

}  // namespace jvpn
