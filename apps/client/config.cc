// SPDX-License-Identifier: Apache-2.0
#include "apps/client/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/common/config_file.h"
#include "apps/common/config_table.h"
#include "apps/common/key_file.h"

namespace jvpn::client {
namespace {

constexpr std::size_t kMaxPaths = 8;
constexpr std::size_t kMaxInterfaceName = 15;

/// What the kernel allows, less what would have to be quoted for the tools that are told of it.
bool is_interface_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return c > ' ' && c < 127 && std::string_view("/\"'\\;{}").find(c) == std::string_view::npos;
  };
  return !name.empty() && name.size() <= kMaxInterfaceName && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), is_plain);
}

std::optional<std::string> parse_interface(std::string_view name) {
  if (!is_interface_name(name)) return std::nullopt;
  return std::string(name);
}

std::optional<Suite> parse_suite(std::string_view name) {
  if (name == "aes-256-gcm") return Suite::aes_256_gcm;
  if (name == "chacha20-poly1305") return Suite::chacha20_poly1305;
  return std::nullopt;
}

std::optional<Endpoint> parse_gateway(std::string_view text) {
  const std::optional<Endpoint> endpoint = parse_endpoint(text);
  if (!endpoint || endpoint->port == 0 || endpoint->is_unset()) return std::nullopt;
  return endpoint;
}

std::optional<IpPrefix> parse_route(std::string_view text) {
  return parse_prefix(text);
}

std::string origin_of(const ConfigFile& file, const ConfigTable& table, std::string_view key,
                      std::string_view name) {
  return fmt::format("{}:{}: {}", file.path(), table.line_of(key), name);
}

/// A list of texts that `parse` understands, each once. `expected` says what one entry is.
template <class T, class Parse>
void read_list(ConfigTable& table, std::string_view key, Parse parse, std::string_view expected,
               std::vector<T>& out) {
  std::vector<std::string> texts;
  if (!table.texts(key, texts)) return;
  for (const std::string& text : texts) {
    const auto value = parse(text);
    if (!value) {
      table.complain(key, fmt::format("\"{}\": expected {}", text, expected));
    } else if (std::find(out.begin(), out.end(), *value) != out.end()) {
      table.complain(key, fmt::format("\"{}\" stands there twice", text));
    } else {
      out.push_back(*value);
    }
  }
}

void read_key(const ConfigFile& file, ConfigTable& table, std::string_view key, Key32& out) {
  std::string name;
  if (!table.text(key, name)) return;
  Result<Key32> secret = read_key_file(file.resolve(name));
  if (secret) {
    out = std::move(*secret);
  } else {
    table.complain(key, secret.error().what);
  }
}

void read_client(const ConfigFile& file, ConfigTable table, ClientConfig& config) {
  Key32 secret;
  table.require("private_key_file", "the file that `jvpn keygen` was written to, mode 0600");
  read_key(file, table, "private_key_file", secret);
  config.settings.key = KeyPair::from_secret(std::move(secret));
  read_key(file, table, "psk_file", config.settings.psk);
  if (table.text("events_file", config.events_file)) {
    config.events_file = file.resolve(config.events_file);
    config.events_origin = origin_of(file, table, "events_file", "client.events_file");
  }
  table.milliseconds("heartbeat_ms", config.settings.wanted_heartbeat);
  table.flag("kill_switch", config.kill_switch);
  config.kill_switch_origin = origin_of(file, table, "kill_switch", "client.kill_switch");
  if (!table.has("suites")) {
    config.settings.suites = {Suite::aes_256_gcm, Suite::chacha20_poly1305};
    return;
  }
  read_list(table, "suites", parse_suite, "aes-256-gcm or chacha20-poly1305",
            config.settings.suites);
  if (config.settings.suites.empty()) table.refuse("suites", "at least one suite");
}

void read_gateway(ConfigTable table, Settings& settings) {
  table.require("public_key", "the gateway's public key, 32 bytes in base64");
  if (table.parsed("public_key", settings.gateway, parse_key, "32 bytes in base64")) {
    if (settings.gateway == settings.key.public_key) {
      table.complain("public_key", "is this client's own key; expected the gateway's");
    } else if (!x25519(settings.key.secret, settings.gateway)) {
      table.complain("public_key", "is no key that anyone can have");
    }
  }
  if (!table.require("endpoints", "where the gateway listens, \"ADDRESS:PORT\"")) return;
  read_list(table, "endpoints", parse_gateway, "a numeric \"ADDRESS:PORT\" or \"[ADDRESS]:PORT\"",
            settings.endpoints);
  if (settings.endpoints.empty()) table.refuse("endpoints", "at least one endpoint");
}

void read_tunnel(const ConfigFile& file, ConfigTable table, ClientConfig& config) {
  constexpr std::string_view kExpected = "an interface name of 1 to 15 characters";
  constexpr std::string_view kPrefixExpected =
      "a prefix such as 10.99.0.0/24, without bits behind its length";
  config.tunnel_interface = "jvpn0";
  table.parsed("interface", config.tunnel_interface, parse_interface, kExpected);
  config.tunnel_origin = origin_of(file, table, "interface", "tunnel.interface");
  table.flag("dns", config.use_dns);
  read_list(table, "routes", parse_route, kPrefixExpected, config.routes);
  read_list(table, "prefixes", parse_route, kPrefixExpected, config.settings.prefixes);
}

void read_access(ConfigTable root, ClientConfig& config) {
  constexpr std::string_view kExpected = "the name of an access interface, 1 to 15 characters";
  for (ConfigTable& table : root.tables("access")) {
    std::string name;
    table.require("interface", kExpected);
    if (!table.parsed("interface", name, parse_interface, kExpected)) continue;
    if (name == config.tunnel_interface) {
      table.complain("interface", "is the tunnel itself; expected another interface");
    } else if (std::find(config.access.begin(), config.access.end(), name) != config.access.end()) {
      table.complain("interface", "stands there twice");
    }
    config.access.push_back(name);
    if (config.access.size() > kMaxPaths) {
      table.complain("interface", fmt::format("at most {} access interfaces", kMaxPaths));
    }
  }
  root.require("access", "at least one [[access]] with its interface");
}

}  // namespace

Result<ClientConfig> read_config(const std::string& path) {
  Result<ConfigFile> file = ConfigFile::parse(path);
  if (!file) return tl::unexpected(file.error());
  ConfigTable root = file->root();
  ClientConfig config;
  root.require("client", "a table, [client]");
  read_client(*file, root.table("client"), config);
  root.require("gateway", "a table, [gateway]");
  read_gateway(root.table("gateway"), config.settings);
  read_tunnel(*file, root.table("tunnel"), config);
  read_access(root, config);
  config.settings.path_count = static_cast<std::uint8_t>(config.access.size());
  if (auto good = file->finish(); !good) return tl::unexpected(good.error());
  return config;
}

}  // namespace jvpn::client
