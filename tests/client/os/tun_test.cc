// SPDX-License-Identifier: Apache-2.0
#include "client/os/tun.h"

#include "tests/client/os/own_network.h"

namespace jvpn::client {
namespace {

class TunTest : public OwnNetwork {
 protected:
  static ConfigureTunnel wanted() {
    return {*parse_address("10.77.0.2"), *parse_address("fd77::2"), 1400};
  }
  static std::vector<IpPrefix> routes() {
    return {*parse_prefix("10.99.0.0/24"), *parse_prefix("fd99::/64")};
  }
  static bool shows(const std::string& command, const std::string& text) {
    return shell(command + " | grep -q '" + text + "'");
  }
};

TEST_F(TunTest, SetsAddressesMtuAndRoutes) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  const auto done = tun->configure(wanted(), routes());
  ASSERT_TRUE(done) << done.error().what;
  EXPECT_TRUE(shows("ip addr show jvpnt0", "inet 10.77.0.2/32"));
  EXPECT_TRUE(shows("ip addr show jvpnt0", "inet6 fd77::2/128"));
  EXPECT_TRUE(shows("ip link show jvpnt0", "mtu 1400"));
  EXPECT_TRUE(shows("ip link show jvpnt0", "qlen 4000"));
  EXPECT_TRUE(shows("ip route", "10.99.0.0/24 dev jvpnt0"));
  EXPECT_TRUE(shows("ip -6 route", "fd99::/64 dev jvpnt0"));
  EXPECT_FALSE(shows("ip addr show jvpnt0", "fe80::"));
}

TEST_F(TunTest, LeavesOutRoutesOfAFamilyWithoutAddress) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  ConfigureTunnel v4_only = wanted();
  v4_only.inner_v6 = IpAddress{};
  ASSERT_TRUE(tun->configure(v4_only, routes()));
  EXPECT_FALSE(shows("ip -6 route", "fd99::/64"));
}

TEST_F(TunTest, ReplacesAddressesThatChange) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  ASSERT_TRUE(tun->configure(wanted(), routes()));
  ConfigureTunnel other = wanted();
  other.inner_v4 = *parse_address("10.77.0.9");
  ASSERT_TRUE(tun->configure(other, routes()));
  EXPECT_TRUE(shows("ip addr show jvpnt0", "inet 10.77.0.9/32"));
  EXPECT_FALSE(shows("ip addr show jvpnt0", "inet 10.77.0.2/32"));
  EXPECT_TRUE(shows("ip route", "10.99.0.0/24 dev jvpnt0"));
}

TEST_F(TunTest, LeavesTheDefaultRouteToTheAccessNetwork) {
  ASSERT_TRUE(shell("ip link add acc7 type veth peer name acc7p"));
  ASSERT_TRUE(shell("ip link set acc7 up && ip addr add 192.0.2.2/24 dev acc7"));
  ASSERT_TRUE(shell("ip route add default via 192.0.2.1 dev acc7"));
  {
    auto tun = Tun::create("jvpnt0");
    ASSERT_TRUE(tun) << tun.error().what;
    const std::vector<IpPrefix> all{*parse_prefix("0.0.0.0/0"), *parse_prefix("::/0")};
    const auto done = tun->configure(wanted(), all);
    ASSERT_TRUE(done) << done.error().what;
    EXPECT_TRUE(shows("ip route get 198.51.100.1", "dev jvpnt0"));
    EXPECT_TRUE(shows("ip route get 8.8.8.8", "dev jvpnt0"));
    EXPECT_TRUE(shows("ip -6 route get 2001:db8::9", "dev jvpnt0"));
    EXPECT_TRUE(shows("ip route get 198.51.100.1 oif acc7", "via 192.0.2.1"));
  }
  EXPECT_TRUE(shows("ip route get 198.51.100.1", "via 192.0.2.1"));
  shell("ip link del acc7");
}

TEST_F(TunTest, ReplacesNoRouteOfSomebodyElse) {
  ASSERT_TRUE(shell("ip link add acc7 type veth peer name acc7p"));
  ASSERT_TRUE(shell("ip link set acc7 up && ip addr add 192.0.2.2/24 dev acc7"));
  ASSERT_TRUE(shell("ip route add 10.99.0.0/24 via 192.0.2.1"));
  {
    auto tun = Tun::create("jvpnt0");
    ASSERT_TRUE(tun) << tun.error().what;
    const auto done = tun->configure(wanted(), routes());
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().what.find("10.99.0.0/24"), std::string::npos) << done.error().what;
  }
  EXPECT_TRUE(shows("ip route", "10.99.0.0/24 via 192.0.2.1"));
  shell("ip link del acc7");
}

TEST_F(TunTest, TakesTheSameConfigurationTwice) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  ASSERT_TRUE(tun->configure(wanted(), routes()));
  EXPECT_TRUE(tun->configure(wanted(), routes()));
}

TEST_F(TunTest, LeavesNothingBehind) {
  {
    auto tun = Tun::create("jvpnt0");
    ASSERT_TRUE(tun) << tun.error().what;
    ASSERT_TRUE(tun->configure(wanted(), routes()));
  }
  EXPECT_FALSE(shell("ip link show jvpnt0"));
  EXPECT_FALSE(shows("ip route", "10.99.0.0/24"));
}

TEST_F(TunTest, SaysThatANameIsTaken) {
  auto first = Tun::create("jvpnt0");
  ASSERT_TRUE(first) << first.error().what;
  const auto second = Tun::create("jvpnt0");
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find("in use"), std::string::npos) << second.error().what;
}

TEST_F(TunTest, RefusesNamesThatNoInterfaceCanHave) {
  EXPECT_FALSE(Tun::create(""));
  EXPECT_FALSE(Tun::create("a-name-of-sixteen"));
  EXPECT_FALSE(Tun::create("lo"));
}

TEST_F(TunTest, SaysWhenSomebodyRemovesIt) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  ASSERT_TRUE(tun->configure(wanted(), routes()));
  const auto room = std::make_unique<Bytes<kMaxSuperPacket>>();
  EXPECT_TRUE(tun->device().read(*room));
  ASSERT_TRUE(shell("ip link del jvpnt0"));
  EXPECT_FALSE(tun->device().read(*room));
}

}  // namespace
}  // namespace jvpn::client
