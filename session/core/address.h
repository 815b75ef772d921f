// SPDX-License-Identifier: Apache-2.0
// IPv4 and IPv6 alike: one 16-byte form, IPv4 mapped as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace jvpn {

struct IpAddress {
  Bytes<16> bytes{};
  auto operator<=>(const IpAddress&) const = default;

  static constexpr Bytes<12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static IpAddress v4(const Bytes<4>& octets) {
    IpAddress out;
    std::memcpy(out.bytes.data(), kV4Prefix.data(), 12);
    std::memcpy(out.bytes.data() + 12, octets.data(), 4);
    return out;
  }
  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v6(const Bytes<16>& octets) { return IpAddress{octets}; }

  bool is_v4() const { return std::memcmp(bytes.data(), kV4Prefix.data(), 12) == 0; }
  /// The last four bytes; meaningful when is_v4().
  Bytes<4> v4_octets() const { return {bytes[12], bytes[13], bytes[14], bytes[15]}; }
  /// All bits zero: no address at all.
  bool is_unset() const { return *this == IpAddress{}; }
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
  bool contains(const IpAddress& other) const;
  /// How many bits of the 16-byte form are fixed.
  unsigned mapped_length() const { return address.is_v4() ? 96u + length : length; }
};
/// "10.77.0.0/16"; without "/n" a host. Host bits must be zero unless `host_bits_allowed`
/// ("192.0.2.1/24" as an interface address).
std::optional<IpPrefix> parse_prefix(std::string_view text, bool host_bits_allowed = false);
std::string to_string(const IpPrefix& prefix);

}  // namespace jvpn
