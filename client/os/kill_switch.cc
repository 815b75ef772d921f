// SPDX-License-Identifier: Apache-2.0
#include "client/os/kill_switch.h"

#include "client/os/tool.h"

namespace jvpn::client {
namespace {

constexpr const char* kTable = "inet jvpn_killswitch";

/// nft takes a name in quotes as it is; config lets no quote into one.
std::string set_of(const std::vector<std::string>& interfaces) {
  std::string text;
  for (const std::string& name : interfaces) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return "{ " + text + " }";
}

std::string gateway_rule(const std::string& access, const Endpoint& gateway) {
  const std::string family = gateway.address.is_v4() ? "ip" : "ip6";
  return "    oifname " + access + " " + family + " daddr " + to_string(gateway.address) +
         " udp dport " + std::to_string(gateway.port) + " accept\n";
}

Result<std::string> nft() {
  if (auto path = find_tool("nft")) return *path;
  return fail("nft is missing: the kill switch needs nftables");
}

}  // namespace

std::string kill_switch_rules(const KillSwitch::Exits& exits) {
  const std::string access = set_of(exits.access);
  std::string rules = std::string("add table ") + kTable + "\ndelete table " + kTable + "\n";
  rules += std::string("table ") + kTable + " {\n  chain output {\n";
  rules += "    type filter hook output priority 0; policy drop;\n";
  rules += "    oifname \"lo\" accept\n    oifname \"" + exits.tunnel + "\" accept\n";
  for (const Endpoint& gateway : exits.gateways) rules += gateway_rule(access, gateway);
  rules += "    oifname " + access + " udp sport 68 udp dport 67 accept\n";
  rules += "    oifname " + access + " udp sport 546 udp dport 547 accept\n";
  rules += "    oifname " + access +
           " icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept\n";
  rules += "    counter\n  }\n  chain forward {\n";
  rules += "    type filter hook forward priority 0; policy drop;\n";
  rules += "    oifname \"" + exits.tunnel + "\" accept\n    iifname \"" + exits.tunnel +
           "\" accept\n    counter\n  }\n}\n";
  return rules;
}

bool KillSwitch::is_closed() {
  const Result<std::string> tool = nft();
  return tool && run_tool({*tool, "list", "table", "inet", "jvpn_killswitch"});
}

Result<void> KillSwitch::close(const Exits& exits) {
  const Result<std::string> tool = nft();
  if (!tool) return tl::unexpected(tool.error());
  return run_tool({*tool, "-f", "-"}, kill_switch_rules(exits));
}

Result<void> KillSwitch::open() {
  const Result<std::string> tool = nft();
  if (!tool) return tl::unexpected(tool.error());
  return run_tool({*tool, "delete", "table", "inet", "jvpn_killswitch"});
}

}  // namespace jvpn::client
