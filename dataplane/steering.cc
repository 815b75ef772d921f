// SPDX-License-Identifier: Apache-2.0
#include "dataplane/steering.h"

#include <rte_ethdev.h>

namespace jvpn {
namespace {

struct HashName {
  std::uint64_t bit;
  const char* name;
};
/// What our frames and inner packets are: by ports too where the port can, so that one NAT's
/// clients are spread.
constexpr HashName kHashes[] = {
    {RTE_ETH_RSS_IPV4, "ipv4"},
    {RTE_ETH_RSS_NONFRAG_IPV4_UDP, "ipv4-udp"},
    {RTE_ETH_RSS_NONFRAG_IPV4_TCP, "ipv4-tcp"},
    {RTE_ETH_RSS_NONFRAG_IPV4_OTHER, "ipv4-other"},
    {RTE_ETH_RSS_IPV6, "ipv6"},
    {RTE_ETH_RSS_NONFRAG_IPV6_UDP, "ipv6-udp"},
    {RTE_ETH_RSS_NONFRAG_IPV6_TCP, "ipv6-tcp"},
    {RTE_ETH_RSS_NONFRAG_IPV6_OTHER, "ipv6-other"},
};

PortSteering by_hash(const SteeringRequest& request, const std::string& before) {
  const std::string names = rss_names(request.rss);
  return {SteeringTier::rss, before + (names.empty() ? "spreads by a rule of its own, offers no RSS"
                                                     : "RSS by " + names)};
}

}  // namespace

const char* to_string(SteeringTier tier) {
  switch (tier) {
    case SteeringTier::single:
      return "single";
    case SteeringTier::flow:
      return "flow";
    case SteeringTier::rss:
      return "rss";
  }
  return "";
}

std::string rss_names(std::uint64_t functions) {
  std::string out;
  for (const HashName& hash : kHashes) {
    if ((functions & hash.bit) != 0) out += (out.empty() ? "" : " ") + std::string(hash.name);
  }
  return out;
}

std::uint64_t wanted_rss() {
  std::uint64_t all = 0;
  for (const HashName& hash : kHashes) all |= hash.bit;
  return all;
}

Result<PortSteering> choose_steering(const SteeringRequest& request, const Link& link,
                                     FlowDevice& device) {
  if (request.workers == 1) return PortSteering{SteeringTier::single, "one worker"};
  if (link.plaintext) return by_hash(request, "");
  if (request.wish == Steering::rss) return by_hash(request, "as configured; ");
  const auto rules = add_owner_rules(device, link, request.node, request.workers);
  if (rules) {
    return PortSteering{
        SteeringTier::flow,
        std::to_string(*rules) + " rules on the receiver tag; else " + by_hash(request, "").why};
  }
  if (request.wish == Steering::flow) return fail(rules.error().what);
  return by_hash(request, "no flow rules on the receiver tag: " + rules.error().what + "; ");
}

}  // namespace jvpn
