// SPDX-License-Identifier: Apache-2.0
#include "dataplane/rss.h"

#include <rte_ethdev.h>

#include <algorithm>
#include <vector>

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

/// Queue of each entry of the port's redirection table; empty: it shows none.
std::vector<std::uint16_t> read_table(std::uint16_t port) {
  rte_eth_dev_info info{};
  if (rte_eth_dev_info_get(port, &info) != 0 || info.reta_size == 0) return {};
  std::vector<rte_eth_rss_reta_entry64> groups((info.reta_size + RTE_ETH_RETA_GROUP_SIZE - 1) /
                                               RTE_ETH_RETA_GROUP_SIZE);
  for (rte_eth_rss_reta_entry64& group : groups) group.mask = ~std::uint64_t{0};
  if (rte_eth_dev_rss_reta_query(port, groups.data(), info.reta_size) != 0) return {};
  std::vector<std::uint16_t> out;
  for (std::size_t i = 0; i < info.reta_size; ++i) {
    out.push_back(groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE]);
  }
  return out;
}

}  // namespace

std::uint64_t wanted_rss() {
  std::uint64_t all = 0;
  for (const HashName& hash : kHashes) all |= hash.bit;
  return all;
}

std::string rss_names(std::uint64_t functions) {
  std::string out;
  for (const HashName& hash : kHashes) {
    if ((functions & hash.bit) != 0) out += (out.empty() ? "" : " ") + std::string(hash.name);
  }
  return out;
}

RssInUse read_rss(std::uint16_t port, std::uint16_t queues) {
  RssInUse out;
  rte_eth_rss_conf in_use{};
  if (rte_eth_dev_rss_hash_conf_get(port, &in_use) != 0) return out;
  out.functions = in_use.rss_hf & wanted_rss();
  const std::vector<std::uint16_t> table = read_table(port);
  if (out.functions == 0 || table.empty()) return out;
  for (std::uint16_t queue = 0; queue < queues; ++queue) {
    if (std::ranges::find(table, queue) != table.end()) continue;
    out.complaint = "its table leaves out queue " + std::to_string(queue);
    break;
  }
  return out;
}

}  // namespace jvpn
