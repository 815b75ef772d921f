// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "apps/common/key_file.h"
#include "apps/common/paths.h"
#include "apps/gateway/config_parts.h"

namespace jvpn {
namespace {

constexpr unsigned kMaxCore = 1023;
constexpr std::uint32_t kMaxRoutes = 1u << 20;  ///< of either kind

std::string place_of(const ConfigFile& file, const ConfigTable& table, std::string_view key) {
  return fmt::format("{}:{}: {}", file.path(), table.line_of(key), table.full_name(key));
}

void read_private_key(const ConfigFile& file, ConfigTable& table, KeyPair& key) {
  std::string name;
  if (!table.require("private_key_file", "the file that holds this gateway's private key")) return;
  if (!table.text("private_key_file", name)) return;
  Result<Key32> secret = read_key_file(file.resolve(name));
  if (secret) {
    key = KeyPair::from_secret(std::move(*secret));
  } else {
    table.complain("private_key_file", secret.error().what);
  }
}

ConfiguredPath read_path(const ConfigFile& file, ConfigTable& table, std::string_view key) {
  std::string name;
  if (!table.text(key, name)) return {};
  return {file.resolve(name), place_of(file, table, key)};
}

void read_gateway(const ConfigFile& file, ConfigTable root, GatewayConfig& config) {
  ConfigTable table = root.table("gateway");
  if (!root.require("gateway", "a table with node_id and private_key_file")) return;
  if (table.require("node_id", "a whole number from 1 to 255")) {
    table.number<std::uint8_t>("node_id", config.plane.node, 1);
  }
  config.control.node = config.plane.node;
  read_private_key(file, table, config.control.key);
  config.audit_file = read_path(file, table, "audit_file");
  config.control_socket = read_path(file, table, "control_socket");
  config.last_policy_file = read_path(file, table, "last_policy_file").path;
  if (config.last_policy_file.empty()) config.last_policy_file = file.path() + ".last-policy";
  if (config.control_socket.path.empty()) {
    config.control_socket = {kDefaultControlSocket, "the default of gateway.control_socket"};
  }
}

void read_workers(ConfigTable& table, PlaneConfig& plane) {
  table.numbers("workers", plane.worker_cores, kMaxCore);
  const std::set<unsigned> distinct(plane.worker_cores.begin(), plane.worker_cores.end());
  const std::size_t count = plane.worker_cores.size();
  const bool alone = distinct.size() == count || plane.power == Power::adaptive;
  if (count < 1 || count > kMaxWorkers || !alone) {
    table.refuse("workers", fmt::format("1 to {} cores, one worker on each; the same core twice "
                                        "only with power = \"adaptive\"",
                                        kMaxWorkers));
  }
  table.number<unsigned>("control_core", plane.control_core, 0, kMaxCore);
  if (plane.power == Power::poll && distinct.count(plane.control_core) != 0) {
    table.refuse("control_core", "a core that no polling worker has");
  }
}

void read_dataplane(ConfigTable root, PlaneConfig& plane) {
  ConfigTable table = root.table("dataplane");
  table.choice<Power>("power", plane.power, {{"poll", Power::poll}, {"adaptive", Power::adaptive}});
  read_workers(table, plane);
  table.choice<Steering>(
      "steering", plane.steering,
      {{"auto", Steering::automatic}, {"flow", Steering::flow}, {"rss", Steering::rss}});
  table.choice<Hugepages>(
      "hugepages", plane.hugepages,
      {{"auto", Hugepages::automatic}, {"require", Hugepages::require}, {"off", Hugepages::off}});
  table.number<std::uint32_t>("memory_mb", plane.memory_mb, 32, 1u << 20);
  table.number<std::uint32_t>("max_sessions", plane.max_sessions, 1, GatewayTag::kMaxSlots);
  table.number<std::uint32_t>("max_hosts", plane.max_hosts, 0, kMaxRoutes);
  table.number<std::uint32_t>("max_prefixes", plane.max_prefixes, 0, kMaxRoutes);
  table.number<std::uint16_t>("tunnel_mtu", plane.tunnel_mtu, kMinTunnelMtu, kMaxTunnelMtu);
  table.texts("extra_eal_args", plane.extra_eal_args);
}

std::optional<Endpoint> parse_listener(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint && is_unicast(*endpoint) ? endpoint : std::nullopt;
}

/// Up to `most` entries of a list, each understood by `parse`.
template <class T, std::size_t most, class Parse>
void read_list(ConfigTable& table, std::string_view key, std::array<T, most>& out, Parse parse) {
  std::vector<std::string> texts;
  if (!table.texts(key, texts)) return;
  if (texts.size() > most) table.complain(key, fmt::format("at most {} entries", most));
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
    if (const std::optional<T> entry = parse(texts[i])) {
      out[i] = *entry;
    } else {
      table.complain(key, fmt::format("\"{}\" is none", texts[i]));
    }
  }
}

/// What clients are told beside their policy.
void read_clients(ConfigTable root, ControlConfig& control) {
  ConfigTable table = root.table("clients");
  read_list(table, "dns", control.dns, parse_address);
  read_list(table, "endpoints", control.endpoints, parse_listener);
}

/// What the control core is told of the ports.
std::vector<Underlay> families_of(const std::vector<PortConfig>& ports) {
  std::vector<Underlay> out;
  for (const PortConfig& port : ports) {
    out.push_back({.v4 = !port.address.is_unset(), .v6 = !port.address6.is_unset()});
  }
  return out;
}

void note_origins(ConfigFile& file, GatewayConfig& config) {
  const ConfigTable dataplane = file.root().table("dataplane");
  // First: what a port refuses of it names the port too.
  if (dataplane.has("steering")) {
    config.origins.push_back({"dataplane.steering", place_of(file, dataplane, "steering")});
  }
  std::vector<ConfigTable> ports = file.root().tables("underlay");
  ports.push_back(file.root().table("plaintext"));
  for (ConfigTable& port : ports) {
    std::string device;
    if (!port.text("device", device)) continue;
    const std::string name = device.substr(0, device.find(','));
    config.origins.push_back({name, place_of(file, port, "device")});
  }
  for (const char* key : {"hugepages", "memory_mb", "max_sessions", "max_hosts", "max_prefixes",
                          "workers", "control_core", "extra_eal_args"}) {
    if (dataplane.has(key)) config.origins.push_back({key, place_of(file, dataplane, key)});
  }
}

/// Whether `word` stands in `text`, not as the beginning of a longer one: net_tap1 is no net_tap10.
bool has_word(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == text.npos) return false;
  const std::string_view rest = text.substr(at + word.size());
  return rest.empty() || std::isalnum(static_cast<unsigned char>(rest.front())) == 0;
}

/// No more memory than all sessions together may use.
std::uint32_t hold_packets(const Policy& policy, std::uint32_t sessions) {
  const std::uint64_t most = std::uint64_t{policy.switching.hold_packets} * sessions;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(most, policy.limits.hold_packets_total));
}

}  // namespace

std::string located(const GatewayConfig& config, const std::string& what) {
  for (const Origin& origin : config.origins) {
    if (has_word(what, origin.text)) return origin.place + ": " + what;
  }
  return config.file + ": " + what;
}

Result<GatewayConfig> load_gateway_config(const std::string& path, const Policy* instead) {
  auto file = ConfigFile::parse(path);
  if (!file) return tl::unexpected(file.error());
  GatewayConfig config;
  config.file = path;
  read_gateway(*file, file->root(), config);
  read_dataplane(file->root(), config.plane);
  read_ports(file->root(), config.plane);
  read_peers(*file, file->root(), config);
  read_clients(file->root(), config.control);
  if (instead == nullptr) {
    read_policy(*file, file->root(), config.control.policy);
  } else {
    file->root().pass_over("policy");
    config.control.policy = *instead;
  }
  note_origins(*file, config);
  config.control.workers = static_cast<std::uint8_t>(config.plane.worker_cores.size());
  config.control.tunnel_mtu = config.plane.tunnel_mtu;
  config.control.underlays = families_of(config.plane.underlays);
  config.plane.hold_packets = hold_packets(config.control.policy, config.plane.max_sessions);
  if (auto good = file->finish(); !good) return tl::unexpected(good.error());
  return config;
}

}  // namespace jvpn
