// SPDX-License-Identifier: Apache-2.0
#include "session/core/address.h"

#include <arpa/inet.h>

#include <charconv>

namespace jvpn {
namespace {

/// Canonical decimal only: no sign, no blanks, no leading zero.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned max) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value > max) return std::nullopt;
  return value;
}

constexpr std::size_t kMaxV4Text = sizeof "255.255.255.255" - 1;

/// Returns where the text ends. A number has at most five digits.
char* write_decimal(unsigned number, char* to) {
  return std::to_chars(to, to + 5, number).ptr;
}

/// By hand, since every event of the audit names two transports and inet_ntop() formats by printf.
char* write_v4(const IpAddress& address, char* to) {
  for (const std::uint8_t octet : address.v4_octets()) {
    to = write_decimal(octet, to);
    *to++ = '.';
  }
  return to - 1;
}

bool has_zero_host_bits(const IpPrefix& prefix) {
  for (unsigned bit = prefix.mapped_length(); bit < 128; ++bit) {
    if ((prefix.address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<IpAddress> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated(text);
  if (text.find(':') == text.npos) {
    Bytes<4> octets{};
    if (inet_pton(AF_INET, terminated.c_str(), octets.data()) != 1) return std::nullopt;
    return IpAddress::v4(octets);
  }
  Bytes<16> octets{};
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) != 1) return std::nullopt;
  return IpAddress::v6(octets);
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.is_v4()) return std::string(text, write_v4(address, text));
  inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const std::optional<unsigned> port = parse_decimal(text.substr(colon + 1), UINT16_MAX);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != (host.find(':') != host.npos)) return std::nullopt;
  const std::optional<IpAddress> address = parse_address(host);
  if (!port || !address) return std::nullopt;
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const Endpoint& endpoint) {
  if (!endpoint.address.is_v4()) {
    return "[" + to_string(endpoint.address) + "]:" + std::to_string(endpoint.port);
  }
  char text[kMaxV4Text + sizeof ".65535"];
  char* end = write_v4(endpoint.address, text);
  *end++ = ':';
  return std::string(text, write_decimal(endpoint.port, end));
}

std::optional<IpPrefix> parse_prefix(std::string_view text, bool host_bits_allowed) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const std::optional<IpAddress> address = parse_address(host);
  if (!address) return std::nullopt;
  // "::ffff:10.0.0.0/8" could mean 10.0.0.0/8 or almost every IPv6 address: say which.
  if (address->is_v4() && host.find(':') != host.npos) return std::nullopt;
  const unsigned max = address->is_v4() ? 32 : 128;
  std::optional<unsigned> length = max;
  if (slash != text.npos) length = parse_decimal(text.substr(slash + 1), max);
  if (!length) return std::nullopt;
  const IpPrefix prefix{*address, static_cast<std::uint8_t>(*length)};
  if (!host_bits_allowed && !has_zero_host_bits(prefix)) return std::nullopt;
  return prefix;
}

std::string to_string(const IpPrefix& prefix) {
  return to_string(prefix.address) + "/" + std::to_string(prefix.length);
}

bool is_unicast(const Endpoint& endpoint) {
  if (endpoint.is_unset() || endpoint.port == 0) return false;
  if (!endpoint.address.is_v4()) return endpoint.address.bytes[0] != 0xff;
  const std::uint8_t first = endpoint.address.v4_octets()[0];
  return first != 0 && first < 224;
}

}  // namespace jvpn
