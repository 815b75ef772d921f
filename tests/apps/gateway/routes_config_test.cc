// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/apps/gateway/config_fixture.h"

namespace jvpn {
namespace {

TEST(RoutesConfig, GivesRoutesForWhatLiesOutsideOfThePools) {
  const ConfigFolder folder;
  std::string text(kGoodConfig);
  const std::string own = R"(addresses = ["10.77.0.2", "fd77::2"])";
  text.replace(text.find(own), own.size(), R"(addresses = ["10.200.1.7", "fd77::2"]
prefixes = ["192.168.50.0/24", "fd50::/48", "192.168.50.9/32"])");
  const auto config = folder.load(text);
  ASSERT_TRUE(config) << config.error().what;
  const PeerConfig& peer = config->control.peers[0];
  EXPECT_EQ(to_string(peer.inner_v4), "10.200.1.7");
  EXPECT_EQ(to_string(peer.inner_v6), "fd77::2");
  const std::vector<IpPrefix> expected{*parse_prefix("10.200.1.7"),
                                       *parse_prefix("192.168.50.0/24"), *parse_prefix("fd50::/48"),
                                       *parse_prefix("192.168.50.9")};
  EXPECT_EQ(peer.routes, expected);
  EXPECT_EQ(config->plane.routes, expected);
}

TEST(RoutesConfig, RefusesMoreRoutesThanThereIsRoomFor) {
  const auto complaint = [](const char* limit) {
    return ConfigFolder().complaint_after("tunnel_mtu = 1400\nextra_eal_args = [\"--log-level=4\"]",
                                          std::string(limit) + "\ntunnel_mtu = 1400");
  };
  EXPECT_EQ(complaint("max_hosts = 1048577"),
            "gateway.toml:13:13: dataplane.max_hosts = 1048577: expected a whole number from 0 to "
            "1048576");
  std::string text(kGoodConfig);
  const std::string line = "psk_file = \"phone.psk\"";
  text.replace(text.find(line), line.size(), "prefixes = [\"192.168.50.0/24\", \"fd50::/48\"]");
  text.replace(text.find("tunnel_mtu = 1400"), 17, "max_prefixes = 1");
  const ConfigFolder folder;
  const auto config = folder.load(text);
  ASSERT_FALSE(config);
  EXPECT_TRUE(config.error().what.ends_with(
      "gateway.toml:37:12: peer.prefixes = [ '192.168.50.0/24', 'fd50::/48' ]: is one prefix too "
      "many for dataplane.max_prefixes = 1"))
      << config.error().what;
}

}  // namespace
}  // namespace jvpn
