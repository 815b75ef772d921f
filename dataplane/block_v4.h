// SPDX-License-Identifier: Apache-2.0
// IPv4 addresses as numbers in host order, so that what is asked for nearly every packet costs a
// comparison. IpAddress and IpPrefix say the same for both families.
#pragma once

#include "session/core/address.h"

namespace jvpn {

/// 0 for anything but an IPv4 address.
inline std::uint32_t number_v4(const IpAddress& address) {
  if (!address.is_v4()) return 0;
  return network_order(std::bit_cast<std::uint32_t>(address.v4_octets()));
}

/// Of an IPv6 prefix: no address is in it.
struct BlockV4 {
  std::uint32_t mask = 0;
  std::uint32_t network = 1;  ///< with mask 0: no address is in it

  BlockV4() = default;
  explicit BlockV4(const IpPrefix& prefix) {
    if (!prefix.address.is_v4()) return;
    mask = prefix.length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix.length);
    network = number_v4(prefix.address) & mask;
  }
  bool contains(std::uint32_t address) const { return (address & mask) == network; }
};

}  // namespace jvpn
