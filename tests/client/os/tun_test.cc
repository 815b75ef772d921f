// SPDX-License-Identifier: Apache-2.0
#include "client/os/tun.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

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
  Bytes<64> packet;
  EXPECT_TRUE(tun->read(packet));
  ASSERT_TRUE(shell("ip link del jvpnt0"));
  EXPECT_FALSE(tun->read(packet));
}

TEST_F(TunTest, CarriesPacketsOfTheKernelBothWays) {
  auto tun = Tun::create("jvpnt0");
  ASSERT_TRUE(tun) << tun.error().what;
  ASSERT_TRUE(tun->configure(wanted(), routes()));
  const FileHandle socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(7);
  inet_pton(AF_INET, "10.99.0.2", &server.sin_addr);
  ASSERT_EQ(connect(socket.get(), reinterpret_cast<sockaddr*>(&server), sizeof server), 0);
  ASSERT_EQ(send(socket.get(), "ping", 4, 0), 4);
  Bytes<2048> packet;
  const std::size_t size = tun->read(packet).value();
  ASSERT_EQ(size, 32u) << "the datagram, and nothing of the kernel's own before it";
  EXPECT_EQ(tun->read(packet), 0u) << "there is one only";
  // The answer: addresses and ports swapped, which leaves both checksums as they are.
  for (std::size_t i = 0; i < 4; ++i) std::swap(packet[12 + i], packet[16 + i]);
  for (std::size_t i = 0; i < 2; ++i) std::swap(packet[20 + i], packet[22 + i]);
  ASSERT_TRUE(tun->write(ByteView(packet).first(size)));
  pollfd answer{socket.get(), POLLIN, 0};
  ASSERT_EQ(poll(&answer, 1, 1000), 1);
  std::array<char, 8> text{};
  EXPECT_EQ(recv(socket.get(), text.data(), text.size(), 0), 4);
  EXPECT_STREQ(text.data(), "ping");
}

}  // namespace
}  // namespace jvpn::client
