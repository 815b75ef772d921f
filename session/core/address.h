// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 alike: one 16-byte form, IPv4 mapped as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace jvpn {

struct IpAddress {
  struct Words {
    std::uint64_t high, low;
  };

  Bytes<16> bytes{};
  auto operator<=>(const IpAddress&) const = default;
  bool operator==(const IpAddress& other) const {
    const Words a = words();
    const Words b = other.words();
    return ((a.high ^ b.high) | (a.low ^ b.low)) == 0;
  }

  static IpAddress v4(const Bytes<4>& octets) {
    const std::uint64_t last = std::bit_cast<std::uint32_t>(octets);
    return {std::bit_cast<Bytes<16>>(WordPair{0, last << 32 | kV4Mark})};
  }
  static IpAddress v4(std::uint32_t host_order) {
    return v4(std::bit_cast<Bytes<4>>(network_order(host_order)));
  }
  static IpAddress v6(const Bytes<16>& octets) { return IpAddress{octets}; }

  bool is_v4() const {
    const auto [high, low] = words();
    return high == 0 && static_cast<std::uint32_t>(low) == kV4Mark;
  }
  /// The last four bytes; meaningful when is_v4().
  Bytes<4> v4_octets() const { return {bytes[12], bytes[13], bytes[14], bytes[15]}; }
  /// All bits zero: no address at all.
  bool is_unset() const {
    const auto [high, low] = words();
    return (high | low) == 0;
  }

  /// The bytes as they lie in memory: what is done per packet moves and compares words, not bytes.
  Words words() const { return std::bit_cast<Words>(bytes); }

 private:
  /// Written in one go: copied right after, two stores of half the size would stall the copy.
  using WordPair __attribute__((vector_size(16))) = std::uint64_t;
  /// What stands before the octets of an IPv4 address, but for leading zeros.
  static constexpr std::uint32_t kV4Mark = network_order(std::uint32_t{0xffff});
};
/// Numeric text only: no name is ever looked up.
std::optional<IpAddress> parse_address(std::string_view text);
std::string to_string(const IpAddress& address);

/// Address and UDP port: where datagrams come from and go to.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
  bool is_unset() const { return address.is_unset(); }
};
/// Whether one host can be there: neither unset nor multicast, and a port that is not 0.
bool is_unicast(const Endpoint& endpoint);
/// "192.0.2.1:51820" or "[2001:db8::1]:51820"
std::optional<Endpoint> parse_endpoint(std::string_view text);
std::string to_string(const Endpoint& endpoint);

/// A block of addresses. `length` counts within the family: 0..32 for IPv4, 0..128 for IPv6.
struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;
  auto operator<=>(const IpPrefix&) const = default;
  bool is_unset() const { return address.is_unset(); }
  bool contains(const IpAddress& other) const {
    const IpAddress::Words ours = address.words();
    const IpAddress::Words theirs = other.words();
    const unsigned fixed = mapped_length();
    const std::uint64_t differs =
        ((ours.high ^ theirs.high) & first_bits(fixed)) |
        ((ours.low ^ theirs.low) & first_bits(fixed < 64 ? 0 : fixed - 64));
    return differs == 0 && address.is_v4() == other.is_v4();
  }
  /// How many bits of the 16-byte form are fixed.
  unsigned mapped_length() const { return address.is_v4() ? 96u + length : length; }

 private:
  /// The first `count` bits of a word as it lies in memory; of 64 and more, all.
  static std::uint64_t first_bits(unsigned count) {
    if (count >= 64) return ~std::uint64_t{0};
    return network_order(~(~std::uint64_t{0} >> count));
  }
};
/// "10.77.0.0/16"; without "/n" a host. Host bits must be zero unless `host_bits_allowed`
/// ("192.0.2.1/24" as an interface address).
std::optional<IpPrefix> parse_prefix(std::string_view text, bool host_bits_allowed = false);
std::string to_string(const IpPrefix& prefix);

}  // namespace jvpn
