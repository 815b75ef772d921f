// SPDX-License-Identifier: Apache-2.0
#include "client/os/kill_switch.h"

#include <sys/socket.h>

#include <cerrno>

#include "client/os/file_handle.h"
#include "client/os/socket_address.h"
#include "client/os/tool.h"
#include "tests/client/os/own_network.h"

namespace jvpn::client {
namespace {

class KillSwitchTest : public OwnNetwork {
 protected:
  void SetUp() override {
    OwnNetwork::SetUp();
    if (IsSkipped()) return;
    if (!find_tool("nft")) GTEST_SKIP() << "no nft: the kill switch is unproven";
    for (const char* name : {"acc0", "acc1", "oth0", "tun9"}) {
      const std::string link(name);
      shell("ip link del " + link);
      ASSERT_TRUE(shell("ip link add " + link + " type veth peer name " + link + "p"));
      ASSERT_TRUE(shell("ip link set up dev " + link));
      ASSERT_TRUE(shell("ip link set up dev " + link + "p"));
    }
    ASSERT_TRUE(shell("ip addr add 192.0.2.2/24 dev acc0"));
    ASSERT_TRUE(shell("ip addr add 2001:db8:1::2/64 dev acc1 nodad"));
    ASSERT_TRUE(shell("ip addr add 198.51.100.2/24 dev oth0"));
    ASSERT_TRUE(shell("ip addr add 10.77.0.2/24 dev tun9"));
  }
  void TearDown() override {
    if (KillSwitch::is_closed()) KillSwitch::open();
    for (const char* name : {"acc0", "acc1", "oth0", "tun9"}) {
      shell(std::string("ip link del ") + name);
    }
  }
  static bool leaves(const char* where) {
    const Endpoint to = *parse_endpoint(where);
    const FileHandle socket(::socket(to.address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0));
    const SocketAddress name = to_socket_address(to);
    const auto* address = reinterpret_cast<const sockaddr*>(&name.storage);
    return sendto(socket.get(), "x", 1, 0, address, name.size) == 1;
  }
  static KillSwitch::Exits exits() {
    return {"tun9",
            {"acc0", "acc1"},
            {*parse_endpoint("192.0.2.1:51820"), *parse_endpoint("[2001:db8:1::1]:51820"),
             *parse_endpoint("198.51.100.1:51820")}};
  }
};

TEST_F(KillSwitchTest, LetsOutOnlyTheTunnelAndWhatGoesToTheGateway) {
  const auto closed = KillSwitch::close(exits());
  ASSERT_TRUE(closed) << closed.error().what;
  EXPECT_TRUE(KillSwitch::is_closed());
  EXPECT_TRUE(leaves("192.0.2.1:51820"));
  EXPECT_TRUE(leaves("[2001:db8:1::1]:51820")) << "neighbour discovery is let through too";
  EXPECT_TRUE(leaves("10.77.0.9:53"));
  EXPECT_TRUE(leaves("127.0.0.1:53"));
  EXPECT_FALSE(leaves("192.0.2.1:53")) << "another port of the gateway";
  EXPECT_FALSE(leaves("192.0.2.9:51820")) << "another host";
  EXPECT_FALSE(leaves("[2001:db8:1::9]:51820"));
  EXPECT_FALSE(leaves("198.51.100.1:51820")) << "the gateway, by no access interface";
}

TEST_F(KillSwitchTest, IsReplacedAsAWhole) {
  ASSERT_TRUE(KillSwitch::close(exits()));
  KillSwitch::Exits other = exits();
  other.gateways = {*parse_endpoint("192.0.2.9:51820")};
  ASSERT_TRUE(KillSwitch::close(other));
  EXPECT_TRUE(leaves("192.0.2.9:51820"));
  EXPECT_FALSE(leaves("192.0.2.1:51820"));
}

TEST_F(KillSwitchTest, LeavesNothingBehindOnceOpen) {
  EXPECT_FALSE(KillSwitch::is_closed());
  ASSERT_TRUE(KillSwitch::close(exits()));
  ASSERT_TRUE(KillSwitch::open());
  EXPECT_FALSE(KillSwitch::is_closed());
  EXPECT_TRUE(leaves("192.0.2.1:53"));
  EXPECT_FALSE(KillSwitch::open()) << "there is none to open";
}

TEST_F(KillSwitchTest, HoldsForInterfacesThatAreNotThereYet) {
  KillSwitch::Exits early = exits();
  early.tunnel = "tun10";
  early.access = {"acc7"};
  ASSERT_TRUE(KillSwitch::close(early));
  EXPECT_FALSE(leaves("192.0.2.1:51820"));
}

}  // namespace
}  // namespace jvpn::client
