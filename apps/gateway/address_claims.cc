// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/address_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace jvpn {
namespace {

bool overlap(const IpPrefix& one, const IpPrefix& other) {
  return one.contains(other.address) || other.contains(one.address);
}

/// Within what is for single hosts, and nowhere bound to a link or a machine (RFC 6890).
bool is_routable(const IpPrefix& prefix) {
  const auto is_within = [&](const char* block) {
    const IpPrefix outer = *parse_prefix(block);
    return outer.contains(prefix.address) && prefix.length >= outer.length;
  };
  const auto touches = [&](const char* block) { return overlap(*parse_prefix(block), prefix); };
  if (!prefix.address.is_v4()) return is_within("2000::/3") || is_within("fc00::/7");
  return std::ranges::none_of(
      std::array{"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"}, touches);
}

std::string taken(const IpPrefix& wanted, const IpPrefix& by, std::uint32_t line) {
  if (wanted == by) return fmt::format("another peer has it already, on line {}", line);
  return fmt::format("{} overlaps {}, which another peer has, on line {}", to_string(wanted),
                     to_string(by), line);
}

}  // namespace

IpPrefix host_route(const IpAddress& address) {
  return {address, static_cast<std::uint8_t>(address.is_v4() ? 32 : 128)};
}

std::string AddressClaims::why_unfit(const IpPrefix& wanted) const {
  const std::string name = to_string(wanted);
  if (!is_routable(wanted)) return fmt::format("{} is not all unicast addresses", name);
  for (const IpPrefix& pool : {plane_.pool_v4, plane_.pool_v6}) {
    if (!pool.is_unset() && overlap(pool, wanted)) {
      return fmt::format("{} overlaps the pool {}", name, to_string(pool));
    }
  }
  const PortConfig& port = plane_.plaintext;
  for (const IpAddress& ours :
       {port.address.address, port.address6.address, port.next_hop, port.next_hop6}) {
    if (!ours.is_unset() && wanted.contains(ours)) {
      return fmt::format("{} contains {} of [plaintext]", name, to_string(ours));
    }
  }
  return {};
}

std::string AddressClaims::claim(const IpPrefix& wanted, const Claimant& by) {
  const auto inside = taken_.lower_bound(wanted);
  auto beyond = inside;
  for (; beyond != taken_.end() && wanted.contains(beyond->first.address); ++beyond) {
    const auto& [theirs, who] = *beyond;
    if (who.peer != by.peer) return taken(wanted, theirs, who.line);
  }
  if (inside != taken_.begin()) {
    const auto& [wider, who] = *std::prev(inside);
    if (wider.contains(wanted.address)) {
      return who.peer == by.peer ? "" : taken(wanted, wider, who.line);
    }
  }
  taken_.insert_or_assign(taken_.erase(inside, beyond), wanted, by);
  return {};
}

}  // namespace jvpn
