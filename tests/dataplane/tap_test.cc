// SPDX-License-Identifier: Apache-2.0
// Two workers, af_packet underlay with two queues, and a TAP as plaintext port: the kernel of this
// process' network namespace is the server. Everything that the kernel needs, start() gives it.
//
//   client socket 198.51.100.2 on cu -- gu [gateway] jvpngw0 10.99.0.2, fd99::2 (kernel)
#include <gtest/gtest.h>

#include <cstdlib>

#include "plane_in_namespace.h"
#include "tunnel_peer.h"

namespace jvpn::test {
namespace {

const char* const kTopology =
    "ip link set lo up && ip link add gu type veth peer name cu && "
    "for i in gu cu; do sysctl -qw net.ipv6.conf.$i.disable_ipv6=1; ip link set $i up; done && "
    "sysctl -qw net.ipv6.conf.default.accept_dad=0 && "
    "ethtool -K cu tx off >/dev/null && ip address add 198.51.100.2/24 dev cu";

PlaneConfig make_config() {
  PlaneConfig config;
  PortConfig underlay;
  underlay.device = "net_af_packet0,iface=gu";
  underlay.address = on_link("198.51.100.1/24");
  config.underlays = {underlay};
  config.plaintext.device = "net_tap0,iface=jvpngw0";
  config.plaintext.address = on_link("10.99.0.1/24");
  config.plaintext.next_hop = address("10.99.0.2");
  config.plaintext.address6 = on_link("fd99::1/64");
  config.plaintext.next_hop6 = address("fd99::2");
  config.pool_v4 = on_link("10.77.0.0/16");
  config.pool_v6 = on_link("fd77::/112");
  config.worker_cores = {usable_cores().second, usable_cores().second};
  config.hugepages = Hugepages::automatic;  // both ways work; which one is the machine's
  config.memory_mb = 192;
  return config;
}

class DataPlaneWithTap : public PlaneInNamespace {
 protected:
  static void SetUpTestSuite() { start(kTopology, make_config()); }

  /// A session of this owner; `host` is the last byte of its inner addresses.
  static void attach(TunnelPeer& peer, std::uint8_t worker, const Endpoint& bound,
                     std::uint8_t host) {
    SessionView view = peer.make_view();
    view.bound = bound;
    view.inner_v4 = IpAddress::v4(0x0a4d0000u + host);
    view.inner_v6 = address("fd77::");
    view.inner_v6.bytes[15] = host;
    peer.install(plane_->table(), worker, view, plane_->make_outer(0, bound));
    const std::uint32_t slot = GatewayTag::unpack(peer.tag).slot;
    plane_->pool_v4()->assign(view.inner_v4, slot);
    plane_->pool_v6()->assign(view.inner_v6, slot);
  }
};

TEST_F(DataPlaneWithTap, TheKernelAnswersBothWorkersSessionsInBothFamilies) {
  const UdpSocket client(endpoint("198.51.100.2:40000"));
  for (std::uint8_t worker = 0; worker < 2; ++worker) {
    TunnelPeer peer;
    const auto host = static_cast<std::uint8_t>(worker + 2);
    attach(peer, worker, endpoint("198.51.100.2:40000"), host);
    const std::string number = std::to_string(host);
    for (const auto& [from, to] : {std::pair("10.77.0." + number, std::string("10.99.0.2")),
                                   std::pair("fd77::" + number, std::string("fd99::2"))}) {
      std::optional<TunnelPeer::Opened> opened;
      const auto request = echo_request(address(from.c_str()), address(to.c_str()), 500);
      EXPECT_TRUE(step_until(*plane_,
                             [&] {
                               client.send(endpoint("198.51.100.1:51820"), peer.seal(request));
                               const auto datagram = client.receive();
                               opened = datagram ? peer.open(*datagram) : std::nullopt;
                               return opened.has_value();
                             }))
          << from << " of worker " << int{worker};
      if (!opened) continue;
      const std::size_t header = opened->inner[0] >> 4 == 4 ? 20 : 40;
      EXPECT_EQ(opened->inner.size(), header + sizeof(IcmpHeader) + 500);
      EXPECT_EQ(opened->inner[header], header == 20 ? kIcmpEchoReply : kIcmp6EchoReply);
    }
  }
}

TEST_F(DataPlaneWithTap, TheKernelReachesTheGatewayItself) {
  for (const char* ping :
       {"ping -c 1 -W 2 10.99.0.1 >/dev/null 2>&1", "ping -6 -c 1 -W 2 fd99::1 >/dev/null 2>&1"}) {
    EXPECT_TRUE(runs_well_beside(*plane_, ping)) << ping;
  }
}

TEST_F(DataPlaneWithTap, TheInterfaceIsGoneAfterwards) {
  EXPECT_EQ(std::system("ip link show jvpngw0 >/dev/null 2>&1"), 0);
  plane_.reset();
  EXPECT_NE(std::system("ip link show jvpngw0 >/dev/null 2>&1"), 0);
}

}  // namespace
}  // namespace jvpn::test
