// SPDX-License-Identifier: Apache-2.0
#include "client/os/link_monitor.h"

#include <poll.h>

#include "tests/client/os/own_network.h"

namespace jvpn::client {
namespace {

class LinkMonitorTest : public OwnNetwork {
 protected:
  void SetUp() override {
    OwnNetwork::SetUp();
    if (IsSkipped()) return;
    shell("ip link del vt0");
    auto opened = LinkMonitor::open({"vt0", "vt9"});
    ASSERT_TRUE(opened) << opened.error().what;
    monitor = std::make_unique<LinkMonitor>(std::move(*opened));
  }
  void TearDown() override { shell("ip link del vt0"); }

  /// Reads messages until the state of vt0 is as wanted; a second is ample.
  bool becomes(const std::function<bool(const PathState&)>& wanted) {
    for (;;) {
      monitor->drain([&](LinkChange change) { changes.push_back(change); });
      if (wanted(state())) return true;
      pollfd more{monitor->fd(), POLLIN, 0};
      if (poll(&more, 1, 1000) != 1) return false;
    }
  }
  PathState state() const { return monitor->table().state(0); }
  static bool is_up(const PathState& s) { return s.up; }

  static void create_pair() {
    ASSERT_TRUE(shell("ip link add vt0 type veth peer name vt1"));
    ASSERT_TRUE(shell("ip link set vt1 up"));
    ASSERT_TRUE(shell("ip link set vt0 up"));
  }

  std::unique_ptr<LinkMonitor> monitor;
  std::vector<LinkChange> changes;
};

TEST_F(LinkMonitorTest, SeesAnInterfaceAppearAndVanish) {
  EXPECT_FALSE(monitor->table().exists(0));
  create_pair();
  EXPECT_TRUE(becomes(is_up));
  EXPECT_TRUE(monitor->table().exists(0));
  EXPECT_FALSE(monitor->table().exists(1));
  ASSERT_TRUE(shell("ip link del vt0"));
  EXPECT_TRUE(becomes([](const PathState& s) { return !s.up; }));
  EXPECT_FALSE(monitor->table().exists(0));
}

TEST_F(LinkMonitorTest, SeesTheLinkGoDownAtEitherEnd) {
  create_pair();
  ASSERT_TRUE(becomes(is_up));
  ASSERT_TRUE(shell("ip link set vt0 down"));
  EXPECT_TRUE(becomes([](const PathState& s) { return !s.up; }));
  ASSERT_TRUE(shell("ip link set vt0 up"));
  ASSERT_TRUE(becomes(is_up));
  ASSERT_TRUE(shell("ip link set vt1 down"));
  EXPECT_TRUE(becomes([](const PathState& s) { return !s.up; })) << "the carrier is gone";
}

TEST_F(LinkMonitorTest, KeepsTheAddressInUseAndThenTakesTheNewest) {
  create_pair();
  shell("sysctl -w net.ipv4.conf.all.promote_secondaries=1");
  const IpAddress one = *parse_address("192.0.2.1"), two = *parse_address("192.0.2.2"),
                  three = *parse_address("192.0.2.3");
  ASSERT_TRUE(shell("ip addr add 192.0.2.1/24 dev vt0"));
  ASSERT_TRUE(becomes([&](const PathState& s) { return s.v4 == one; }));
  ASSERT_TRUE(shell("ip addr add 192.0.2.2/24 dev vt0"));
  ASSERT_TRUE(shell("ip addr add 192.0.2.3/24 dev vt0"));
  changes.clear();
  ASSERT_TRUE(becomes([&](const PathState&) { return changes.size() >= 2; }));
  EXPECT_EQ(state().v4, one);
  ASSERT_TRUE(shell("ip addr del 192.0.2.1/24 dev vt0"));
  EXPECT_TRUE(becomes([&](const PathState& s) { return s.v4 == three; }));
  ASSERT_TRUE(shell("ip addr del 192.0.2.3/24 dev vt0"));
  EXPECT_TRUE(becomes([&](const PathState& s) { return s.v4 == two; }));
  ASSERT_TRUE(shell("ip addr del 192.0.2.2/24 dev vt0"));
  EXPECT_TRUE(becomes([](const PathState& s) { return s.v4.is_unset(); }));
}

TEST_F(LinkMonitorTest, TakesGlobalIpv6AddressesOnly) {
  create_pair();
  ASSERT_TRUE(becomes(is_up));
  EXPECT_TRUE(state().v6.is_unset()) << "link-local addresses lead nowhere";
  ASSERT_TRUE(shell("ip addr add 2001:db8::2/64 dev vt0 nodad"));
  EXPECT_TRUE(becomes([](const PathState& s) { return s.v6 == *parse_address("2001:db8::2"); }));
}

TEST_F(LinkMonitorTest, KnowsWhatWasThereBeforeIt) {
  create_pair();
  ASSERT_TRUE(shell("ip addr add 192.0.2.1/24 dev vt0"));
  ASSERT_TRUE(becomes(is_up));
  const auto late = LinkMonitor::open({"vt0"});
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->table().state(0).up);
  EXPECT_EQ(late->table().state(0).v4, *parse_address("192.0.2.1"));
}

TEST_F(LinkMonitorTest, TellsOfRoutesByItsInterfaces) {
  create_pair();
  ASSERT_TRUE(shell("ip addr add 192.0.2.1/24 dev vt0"));
  ASSERT_TRUE(becomes([](const PathState& s) { return s.up && !s.v4.is_unset(); }));
  changes.clear();
  ASSERT_TRUE(shell("ip route add 198.51.100.0/24 via 192.0.2.254 dev vt0"));
  EXPECT_TRUE(becomes([&](const PathState&) {
    return !changes.empty() && changes.back().kind == LinkChange::Kind::routes;
  }));
}

TEST_F(LinkMonitorTest, AsksAnewAfterMoreNewsThanItCouldHold) {
  create_pair();
  ASSERT_TRUE(becomes(is_up));
  const int tiny = 1;
  ASSERT_EQ(setsockopt(monitor->fd(), SOL_SOCKET, SO_RCVBUF, &tiny, sizeof tiny), 0);
  for (int i = 0; i < 20; ++i) {
    shell("ip addr add 192.0.2." + std::to_string(i + 1) + "/24 dev vt0");
  }
  ASSERT_TRUE(shell("ip link set vt0 down"));
  EXPECT_TRUE(becomes([](const PathState& s) { return !s.up && !s.v4.is_unset(); }));
}

}  // namespace
}  // namespace jvpn::client
