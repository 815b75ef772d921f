// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "apps/gateway/config_parts.h"

namespace jvpn {
namespace {

constexpr std::size_t kMaxUnderlays = 15;

std::optional<IpPrefix> parse_interface(std::string_view text) {
  if (text.find('/') == text.npos) return std::nullopt;
  return parse_prefix(text, true);
}

/// Which keys hold the addresses of one family.
struct AddressKeys {
  std::string_view address;
  std::string_view next_hop;
};
constexpr AddressKeys kMain{"address", "next_hop"};
constexpr AddressKeys kSix{"address6", "next_hop6"};

/// Reads an address and its next hop into the family that the address is of.
void read_link(ConfigTable& table, const AddressKeys& keys, PortConfig& port) {
  IpPrefix address;
  IpAddress next_hop;
  table.parsed(keys.address, address, parse_interface,
               "an address with its prefix length, like \"192.0.2.1/24\"");
  if (table.parsed(keys.next_hop, next_hop, parse_address, "an IP address") &&
      !address.contains(next_hop)) {
    table.refuse(keys.next_hop, fmt::format("an address on the link, within {} {}", keys.address,
                                            to_string(address)));
  }
  if (address.is_unset()) return;
  const bool v4 = address.address.is_v4();
  IpPrefix& place = v4 ? port.address : port.address6;
  if (!place.is_unset() || (keys.address == kSix.address && v4)) {
    table.refuse(keys.address, "an IPv6 address beside an IPv4 one");
  }
  place = address;
  (v4 ? port.next_hop : port.next_hop6) = next_hop;
}

PortConfig read_port(ConfigTable& table) {
  PortConfig port;
  table.require("device", "a DPDK device: \"net_af_packet0,iface=eth1\" or a PCI address");
  table.text("device", port.device);
  table.require("address", "our address on this link, like \"192.0.2.1/24\"");
  read_link(table, kMain, port);
  read_link(table, kSix, port);
  return port;
}

/// The name before the first comma: what DPDK tells devices apart by.
std::string_view device_name(const PortConfig& port) {
  return std::string_view(port.device).substr(0, port.device.find(','));
}

void refuse_twice(ConfigTable& table, const PlaneConfig& plane, const PortConfig& port) {
  for (const PortConfig& other : plane.underlays) {
    if (device_name(other) == device_name(port)) {
      table.refuse("device", "a device name that no other port has");
    }
  }
}

void read_pool(ConfigTable root, PlaneConfig& plane) {
  ConfigTable table = root.table("pool");
  const auto parse_family = [](bool v4) {
    return [v4](std::string_view text) -> std::optional<IpPrefix> {
      const auto prefix = parse_prefix(text);
      if (!prefix || prefix->address.is_v4() != v4) return std::nullopt;
      return 128 - prefix->mapped_length() <= AddressPool::kMaxHostBits ? prefix : std::nullopt;
    };
  };
  table.parsed("ipv4", plane.pool_v4, parse_family(true),
               "an IPv4 prefix from /12 to /32 without host bits, like \"10.77.0.0/16\"");
  table.parsed("ipv6", plane.pool_v6, parse_family(false),
               "an IPv6 prefix from /108 to /128 without host bits, like \"fd77::/112\"");
  if (table.has("ipv4") || table.has("ipv6")) return;
  root.require("pool", "a table with ipv4 or ipv6: the inner addresses of clients");
  table.require("ipv4", "a prefix for the inner addresses of clients (or ipv6)");
}

}  // namespace

void read_ports(ConfigTable root, PlaneConfig& plane) {
  root.require("underlay", "at least one [[underlay]]: the encrypted side");
  std::vector<ConfigTable> underlays = root.tables("underlay");
  for (ConfigTable& table : underlays) {
    PortConfig port = read_port(table);
    table.number<std::uint16_t>("port", port.udp_port, 1);
    refuse_twice(table, plane, port);
    plane.underlays.push_back(std::move(port));
  }
  if (underlays.size() > kMaxUnderlays) {
    root.complain("underlay", fmt::format("expected at most {} of them", kMaxUnderlays));
  }
  ConfigTable plaintext = root.table("plaintext");
  if (root.require("plaintext", "a table: the inner side")) {
    plane.plaintext = read_port(plaintext);
    refuse_twice(plaintext, plane, plane.plaintext);
  }
  read_pool(root, plane);
}

}  // namespace jvpn
