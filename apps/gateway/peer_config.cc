// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "apps/common/key_file.h"
#include "apps/gateway/address_claims.h"
#include "apps/gateway/config_parts.h"

namespace jvpn {
namespace {

/// What earlier peers have taken, and on which line.
struct Taken {
  explicit Taken(const PlaneConfig& config) : plane(config), addresses(config) {}

  const PlaneConfig& plane;
  std::map<std::string, std::uint32_t> names;
  std::map<PeerKey, std::uint32_t> keys;
  AddressClaims addresses;
  std::size_t peer = 0;  ///< the one that is being read
  std::size_t hosts = 0;
  std::size_t prefixes = 0;

  std::string claim_address(const IpPrefix& wanted, std::uint32_t line) {
    return addresses.claim(wanted, {peer, line});
  }
  std::string why_too_many(const IpPrefix& route) {
    const bool host = route.mapped_length() == 128;
    if (host ? ++hosts <= plane.max_hosts : ++prefixes <= plane.max_prefixes) return {};
    return host ? fmt::format(
                      "is one single address outside of the pools too many for "
                      "dataplane.max_hosts = {}",
                      plane.max_hosts)
                : fmt::format("is one prefix too many for dataplane.max_prefixes = {}",
                              plane.max_prefixes);
  }
};

template <class Key>
void claim(std::map<Key, std::uint32_t>& taken, const Key& wanted, ConfigTable& table,
           std::string_view key) {
  const auto [at, is_new] = taken.try_emplace(wanted, table.line_of(key));
  if (!is_new)
    table.complain(key, fmt::format("another peer has it already, on line {}", at->second));
}

void read_public_key(ConfigTable& table, const KeyPair& own, PeerConfig& peer, Taken& taken) {
  table.require("public_key", "the peer's public key, 32 bytes in base64");
  if (!table.parsed("public_key", peer.key, parse_key, "32 bytes in base64")) return;
  claim(taken.keys, peer.key, table, "public_key");
  if (peer.key == own.public_key) {
    table.complain("public_key", "is this gateway's own key; expected the peer's");
  } else if (!x25519(own.secret, peer.key)) {
    table.complain("public_key", "is no key that anyone can have");
  }
}

void read_psk(const ConfigFile& file, ConfigTable& table, std::string_view key, Key32& psk) {
  std::string name;
  if (!table.text(key, name)) return;
  Result<Key32> read = read_key_file(file.resolve(name));
  if (read) {
    psk = std::move(*read);
  } else {
    table.complain(key, read.error().what);
  }
}

/// A peer that has a PSK must use it, unless the file says otherwise: nobody falls back by mistake.
void read_psks(const ConfigFile& file, ConfigTable& table, PeerConfig& peer) {
  read_psk(file, table, "psk_file", peer.psk);
  read_psk(file, table, "next_psk_file", peer.next_psk);
  const bool has_one = table.has("psk_file") || table.has("next_psk_file");
  peer.psk_required = has_one;
  table.flag("psk_required", peer.psk_required);
  if (peer.psk_required && !has_one) table.refuse("psk_required", "a psk_file beside it");
}

bool is_routed(const PeerConfig& peer, const IpAddress& address) {
  return std::ranges::find(peer.routes, host_route(address)) != peer.routes.end();
}

/// Puts one inner address where it belongs; a complaint, or nothing when it is good. Outside of the
/// pools it is a route.
std::string place_address(const std::string& text, const PlaneConfig& plane, PeerConfig& peer) {
  const auto address = parse_address(text);
  if (!address) return fmt::format("{} is no IP address", text);
  IpAddress& place = address->is_v4() ? peer.inner_v4 : peer.inner_v6;
  if (!place.is_unset()) return "expected at most one IPv4 and one IPv6 address";
  place = *address;
  const IpPrefix& pool = address->is_v4() ? plane.pool_v4 : plane.pool_v6;
  if (pool.is_unset() || !pool.contains(*address)) peer.routes.push_back(host_route(*address));
  return {};
}

std::string place_prefix(const std::string& text, PeerConfig& peer) {
  const auto prefix = parse_prefix(text);
  if (!prefix) return fmt::format("{} is no prefix without bits behind its length", text);
  peer.routes.push_back(*prefix);
  return {};
}

/// Complaints about the routes that a key has brought.
void claim_routes(ConfigTable& table, std::string_view key, std::span<const IpPrefix> routes,
                  Taken& taken) {
  for (const IpPrefix& route : routes) {
    std::string complaint = taken.addresses.why_unfit(route);
    if (complaint.empty()) complaint = taken.claim_address(route, table.line_of(key));
    if (complaint.empty()) complaint = taken.why_too_many(route);
    if (!complaint.empty()) table.complain(key, complaint);
  }
}

void read_addresses(ConfigTable& table, const PlaneConfig& plane, PeerConfig& peer, Taken& taken) {
  std::vector<std::string> texts;
  table.require("addresses", "the client's own inner addresses");
  if (!table.texts("addresses", texts)) return;
  if (texts.empty()) table.refuse("addresses", "at least one address");
  for (const std::string& text : texts) {
    const std::string complaint = place_address(text, plane, peer);
    if (!complaint.empty()) table.complain("addresses", complaint);
  }
  for (const IpAddress& address : {peer.inner_v4, peer.inner_v6}) {
    if (address.is_unset() || is_routed(peer, address)) continue;
    const auto complaint = taken.claim_address(host_route(address), table.line_of("addresses"));
    if (!complaint.empty()) table.complain("addresses", complaint);
  }
  claim_routes(table, "addresses", peer.routes, taken);
}

/// Networks behind the client.
void read_prefixes(ConfigTable& table, PeerConfig& peer, Taken& taken) {
  std::vector<std::string> texts;
  if (!table.texts("prefixes", texts)) return;
  const std::size_t own = peer.routes.size();
  for (const std::string& text : texts) {
    const std::string complaint = place_prefix(text, peer);
    if (!complaint.empty()) table.complain("prefixes", complaint);
  }
  claim_routes(table, "prefixes", std::span(peer.routes).subspan(own), taken);
}

void read_suite(ConfigTable& table, PeerConfig& peer) {
  Suite suite{};
  if (table.choice<Suite>(
          "suite", suite,
          {{"aes-256-gcm", Suite::aes_256_gcm}, {"chacha20-poly1305", Suite::chacha20_poly1305}})) {
    peer.suite = suite;
  }
}

}  // namespace

void read_peers(const ConfigFile& file, ConfigTable root, GatewayConfig& config) {
  Taken taken(config.plane);
  for (ConfigTable& table : root.tables("peer")) {
    PeerConfig peer;
    table.require("name", "what logs call this peer");
    if (table.text("name", peer.name)) claim(taken.names, peer.name, table, "name");
    read_public_key(table, config.control.key, peer, taken);
    read_addresses(table, config.plane, peer, taken);
    read_prefixes(table, peer, taken);
    read_psks(file, table, peer);
    read_suite(table, peer);
    config.plane.routes.insert(config.plane.routes.end(), peer.routes.begin(), peer.routes.end());
    config.control.peers.push_back(std::move(peer));
    ++taken.peer;
  }
}

}  // namespace jvpn
