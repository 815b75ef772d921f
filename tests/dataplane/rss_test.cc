// SPDX-License-Identifier: Apache-2.0
// RSS as a port has it: net_null plays one with a redirection table.
#include "dataplane/rss.h"

#include <gtest/gtest.h>
#include <rte_ethdev.h>

#include "dataplane/port.h"
#include "rig.h"

namespace jvpn::test {
namespace {

struct NullPort : testing::Test {
  NullPort() {
    const std::vector<rte_mempool*> buffers(3, rig.buffers());
    auto opened = Port::open(*parse_device("net_null7"), PortWish{buffers, true});
    EXPECT_TRUE(opened) << opened.error().what;
    if (opened) port.emplace(std::move(*opened));
  }
  /// Every entry of the table leads to this queue.
  void point_all_to(std::uint16_t queue) {
    rte_eth_dev_info info{};
    ASSERT_EQ(rte_eth_dev_info_get(port->id(), &info), 0);
    std::vector<rte_eth_rss_reta_entry64> groups(info.reta_size / RTE_ETH_RETA_GROUP_SIZE);
    for (rte_eth_rss_reta_entry64& group : groups) {
      group.mask = ~std::uint64_t{0};
      std::ranges::fill(group.reta, queue);
    }
    ASSERT_EQ(rte_eth_dev_rss_reta_update(port->id(), groups.data(), info.reta_size), 0);
  }
  Rig rig;
  std::optional<Port> port;
};

TEST_F(NullPort, SaysWhatItHashes) {
  ASSERT_TRUE(port);
  EXPECT_EQ(port->rss().functions, wanted_rss());
  EXPECT_EQ(rss_names(port->rss().functions & RTE_ETH_RSS_IPV6), "ipv6");
}

TEST_F(NullPort, IsCaughtLeavingAQueueOut) {
  ASSERT_TRUE(port);
  point_all_to(0);
  EXPECT_EQ(read_rss(port->id(), 3).complaint, "its table leaves out queue 1");
  EXPECT_EQ(read_rss(port->id(), 1).complaint, "");
}

TEST(Rss, ARingDeviceSaysNothingOfIt) {
  Rig rig(2);
  const RssInUse rss = read_rss(rig.facts.links[Rig::kUnderlay].device, 2);
  EXPECT_EQ(rss.functions, 0u);
  EXPECT_EQ(rss.complaint, "");
}

}  // namespace
}  // namespace jvpn::test
