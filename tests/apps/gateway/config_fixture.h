// SPDX-License-Identifier: Apache-2.0
// A good configuration of a gateway, to change one thing of.
#pragma once

#include <string>
#include <string_view>

#include "apps/gateway/config.h"
#include "tests/apps/temp_folder.h"

namespace jvpn {

inline constexpr const char* kPrivateKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
inline constexpr const char* kPeerKey = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

inline constexpr std::string_view kGoodConfig = R"([gateway]
node_id = 7
private_key_file = "gateway.key"
audit_file = "audit.jsonl"
control_socket = "gateway.sock"
[dataplane]
workers = [1, 3]
control_core = 0
power = "adaptive"
hugepages = "off"
memory_mb = 128
max_sessions = 500
tunnel_mtu = 1400
extra_eal_args = ["--log-level=4"]
[[underlay]]
device = "net_af_packet0,iface=u0"
address = "198.51.100.1/24"
next_hop = "198.51.100.254"
port = 4500
[[underlay]]
device = "net_af_packet1,iface=u1"
address = "2001:db8::1/64"
next_hop = "2001:db8::2"
[plaintext]
device = "net_tap0,iface=jvpngw0"
address = "10.99.0.1/24"
next_hop = "10.99.0.2"
address6 = "fd99::1/64"
next_hop6 = "fd99::2"
[pool]
ipv4 = "10.77.0.0/16"
ipv6 = "fd77::/112"
[[peer]]
name = "phone"
public_key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
addresses = ["10.77.0.2", "fd77::2"]
psk_file = "phone.psk"
suite = "chacha20-poly1305"
[policy]
version = "2.5"
[policy.session]
max_lifetime_ms = 1000000
[policy.switching]
on_recovery_timeout = "terminate"
)";

/// A folder with the key files that kGoodConfig names.
class ConfigFolder {
 public:
  ConfigFolder() {
    folder.write("gateway.key", kPrivateKey);
    folder.write("phone.psk", kPrivateKey);
  }

  Result<GatewayConfig> load(std::string_view text) const {
    return load_gateway_config(folder.write("gateway.toml", text));
  }
  /// kGoodConfig with the first `from` replaced, and what is then refused, without the folder's
  /// name; "" when nothing is.
  std::string complaint_after(std::string_view from, std::string_view to) const {
    std::string text(kGoodConfig);
    text.replace(text.find(from), from.size(), to);
    const auto config = load(text);
    if (config) return "";
    std::string what = config.error().what;
    const std::string prefix = folder.path() + "/";
    for (std::size_t at; (at = what.find(prefix)) != what.npos;) what.erase(at, prefix.size());
    return what;
  }

  TempFolder folder;
};

}  // namespace jvpn
