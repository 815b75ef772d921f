// SPDX-License-Identifier: Apache-2.0
// Longest prefix -> number: rte_fib (DIR-24-8) for IPv4, rte_lpm6 for IPv6. Built whole and never
// changed, so that workers read it without asking. Each family that has a prefix takes a table of
// its own from EAL's memory: IPv4 16 to 64 MiB, IPv6 64 MiB. Needs EAL.
#pragma once

#include <rte_fib.h>
#include <rte_lpm6.h>

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "session/core/address.h"

namespace jvpn {

class PrefixTable {
 public:
  static constexpr std::uint32_t kNone = 0;
  static constexpr std::uint32_t kMaxNumber = (1u << 21) - 1;  ///< that rte_lpm6 can hold

  struct Entry {
    IpPrefix prefix;
    std::uint32_t number = kNone;  ///< 1 .. kMaxNumber
  };

  /// Control thread. Errors: no memory.
  static Result<std::unique_ptr<PrefixTable>> build(std::span<const Entry> entries);

  /// Any thread: the number of the longest prefix that contains the address, or kNone.
  std::uint32_t number_of(const IpAddress& address) const {
    return address.is_v4() ? number_of_v4(address) : number_of_v6(rte_lpm6_lookup, address);
  }

 private:
  struct Free {
    void operator()(rte_fib* table) const { rte_fib_free(table); }
    void operator()(rte_lpm6* table) const { rte_lpm6_free(table); }
  };

  PrefixTable() = default;
  Result<void> build_v4(std::span<const Entry> entries);
  Result<void> build_v6(std::span<const Entry> entries);

  std::uint32_t number_of_v4(const IpAddress& address) const {
    if (v4_ == nullptr) return kNone;
    std::uint32_t host_order = load<BigEndian<std::uint32_t>>(&address.bytes[12]).value();
    std::uint64_t number = kNone;
    rte_fib_lookup_bulk(v4_.get(), &host_order, &number, 1);
    return static_cast<std::uint32_t>(number);
  }
  /// `Address`: bytes, and since DPDK 24.11 a type of its own for the same sixteen.
  template <class Address>
  std::uint32_t number_of_v6(int (*look_up)(const rte_lpm6*, Address, std::uint32_t*),
                             const IpAddress& address) const {
    if (v6_ == nullptr) return kNone;
    std::uint32_t number = kNone;
    const bool found =
        look_up(v6_.get(), reinterpret_cast<Address>(address.bytes.data()), &number) == 0;
    return found ? number : kNone;
  }

  std::unique_ptr<rte_fib, Free> v4_;   ///< null: no such prefix
  std::unique_ptr<rte_lpm6, Free> v6_;  ///< null: no such prefix
};

}  // namespace jvpn
