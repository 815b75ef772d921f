// SPDX-License-Identifier: Apache-2.0
// The plane's rules about inner IPv4 destinations, as numbers in host order: what is asked for
// nearly every packet costs a comparison each. deliver.cc and Link say the same for both families.
#pragma once

#include "dataplane/link.h"

namespace jvpn {

class DestinationsV4 {
 public:
  /// `pool`: that of the sessions; unset: none.
  DestinationsV4(const Link& plaintext, const IpPrefix& pool)
      : own_(number(plaintext.address.address)),
        pool_(pool),
        on_link_(plaintext.address),
        next_hop_(number(plaintext.next_hop)) {}

  bool is_own(std::uint32_t address) const { return address == own_; }
  /// Neither the gateway's own, nor a client's, nor a group.
  bool is_beyond(std::uint32_t address) const {
    return !is_own(address) && !pool_.contains(address) && address < kFirstGroup;
  }
  /// Whose MAC a packet to `address` gets; 0: nobody's.
  std::uint32_t hop_towards(std::uint32_t address) const {
    return on_link_.contains(address) ? address : next_hop_;
  }

 private:
  static constexpr std::uint32_t kFirstGroup = 0xe0000000;  ///< 224.0.0.0

  /// 0 for anything but an IPv4 address.
  static std::uint32_t number(const IpAddress& address) {
    if (!address.is_v4()) return 0;
    return load<BigEndian<std::uint32_t>>(address.v4_octets().data()).value();
  }
  struct Block {
    std::uint32_t mask = 0;
    std::uint32_t network = 1;  ///< with mask 0: no address is in it

    explicit Block(const IpPrefix& prefix) {
      if (!prefix.address.is_v4()) return;
      mask = prefix.length == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix.length);
      network = number(prefix.address) & mask;
    }
    bool contains(std::uint32_t address) const { return (address & mask) == network; }
  };

  std::uint32_t own_;
  Block pool_;
  Block on_link_;
  std::uint32_t next_hop_;
};

}  // namespace jvpn
