// SPDX-License-Identifier: Apache-2.0
// The plane's rules about inner IPv4 destinations, as numbers in host order: what is asked for
// nearly every packet costs a comparison each. deliver.cc and Link say the same for both families.
#pragma once

#include "dataplane/block_v4.h"
#include "dataplane/link.h"

namespace jvpn {

class DestinationsV4 {
 public:
  /// `pool`: that of the sessions; unset: none.
  DestinationsV4(const Link& plaintext, const IpPrefix& pool)
      : own_(number_v4(plaintext.address.address)),
        pool_(pool),
        on_link_(plaintext.address),
        next_hop_(number_v4(plaintext.next_hop)) {}

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

  std::uint32_t own_;
  BlockV4 pool_;
  BlockV4 on_link_;
  std::uint32_t next_hop_;
};

}  // namespace jvpn
