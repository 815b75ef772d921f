// SPDX-License-Identifier: Apache-2.0
// The data plane on real af_packet ports in a network namespace of this process: a client's and a
// server's UDP socket on the far ends of two veth pairs, a session put in by hand between them.
//
//   client socket 198.51.100.2 on cu -- gu [gateway] gp -- sp on 10.99.0.2 server socket
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "dataplane/kernel_interface.h"
#include "plane_in_namespace.h"
#include "session/core/wire.h"
#include "tunnel_peer.h"

namespace jvpn::test {
namespace {

const char* const kTopology =
    "ip link set lo up && ip link add gu type veth peer name cu && "
    "ip link add gp type veth peer name sp && "
    "for i in gu cu gp sp; do sysctl -qw net.ipv6.conf.$i.disable_ipv6=1; "
    "ip link set $i up; done && "
    "ethtool -K cu tx off >/dev/null && ethtool -K sp tx off >/dev/null && "
    "ip address add 198.51.100.2/24 dev cu && ip address add 10.99.0.2/24 dev sp && "
    "ip route add 10.77.0.0/16 via 10.99.0.1";

PlaneConfig make_config() {
  PlaneConfig config;
  PortConfig underlay;
  underlay.device = "net_af_packet0,iface=gu";
  underlay.address = on_link("198.51.100.1/24");
  underlay.next_hop = address("198.51.100.254");
  config.underlays = {underlay};
  config.plaintext.device = "net_af_packet1,iface=gp";
  config.plaintext.address = on_link("10.99.0.1/24");
  config.plaintext.next_hop = address("10.99.0.2");
  config.pool_v4 = on_link("10.77.0.0/16");
  config.worker_cores = {usable_cores().second};
  config.hugepages = Hugepages::off;
  config.memory_mb = 128;
  return config;
}

class DataPlaneInNamespace : public PlaneInNamespace {
 protected:
  static void SetUpTestSuite() { start(kTopology, make_config()); }

  static std::uint64_t count(const char* name) { return plane_->counters().at(name); }
};

TEST_F(DataPlaneInNamespace, CarriesAPacketUpAndItsAnswerDown) {
  const Endpoint gateway = endpoint("198.51.100.1:51820");
  const UdpSocket client(endpoint("198.51.100.2:40000"));
  const UdpSocket server(endpoint("10.99.0.2:2000"));
  TunnelPeer peer;
  SessionView view = peer.make_view();
  view.bound = endpoint("198.51.100.2:40000");
  view.inner_v4 = address("10.77.0.2");
  peer.install(plane_->table(), 0, view, plane_->make_outer(0, view.bound));
  plane_->pool_v4()->assign(view.inner_v4, GatewayTag::unpack(peer.tag).slot);

  const Packet question(1000, 'q');
  const Packet inner = udp_packet(endpoint("10.77.0.2:1000"), endpoint("10.99.0.2:2000"), question);
  std::optional<Packet> arrived;
  ASSERT_TRUE(step_until(*plane_, [&] {
    client.send(gateway, peer.seal(inner));  // again until ARP has resolved the server
    arrived = server.receive();
    return arrived.has_value();
  }));
  EXPECT_EQ(*arrived, question);

  const Packet answer(700, 'a');
  std::optional<TunnelPeer::Opened> opened;
  ASSERT_TRUE(step_until(*plane_, [&] {
    server.send(endpoint("10.77.0.2:1000"), answer);
    const auto datagram = client.receive();
    opened = datagram ? peer.open(*datagram) : std::nullopt;
    return opened.has_value();
  }));
  EXPECT_EQ(opened->inner.size(), 20 + 8 + answer.size());
  EXPECT_TRUE(std::equal(answer.begin(), answer.end(), opened->inner.begin() + 28));
  EXPECT_GT(count("forwarded"), 1u);
  plane_->table().remove(peer.tag);
}

TEST_F(DataPlaneInNamespace, PuntsAHandshakeAndSendsTheAnswerToANewNeighbour) {
  const UdpSocket client(endpoint("198.51.100.2:40001"));
  Packet init(kInitSize, 0xab);
  init[0] = static_cast<std::uint8_t>(WireType::handshake_init) << 4;
  client.send(endpoint("198.51.100.1:51820"), init);
  PuntCell* cell = nullptr;
  ASSERT_TRUE(step_until(*plane_, [&] {
    return plane_->mailbox(0).take_punted(PuntClass::handshake, std::span(&cell, 1)) == 1;
  }));
  EXPECT_TRUE(std::equal(init.begin(), init.end(), cell->bytes.begin()));
  EXPECT_EQ(cell->source, endpoint("198.51.100.2:40001"));
  EXPECT_EQ(cell->local, endpoint("198.51.100.1:51820"));
  EXPECT_LT(boot_time() - cell->received_at, 2s);
  EXPECT_TRUE(plane_->send(cell->port, cell->source, Packet{1, 2, 3}));
  plane_->mailbox(0).done(std::span(&cell, 1));
  std::optional<Packet> answer;
  ASSERT_TRUE(step_until(*plane_, [&] { return (answer = client.receive()).has_value(); }));
  EXPECT_EQ(*answer, (Packet{1, 2, 3}));
}

TEST_F(DataPlaneInNamespace, AnswersPingToItsPlaintextAddress) {
  EXPECT_TRUE(runs_well_beside(*plane_, "ping -c 1 -W 2 10.99.0.1 >/dev/null 2>&1"));
}

TEST_F(DataPlaneInNamespace, CountsWhatAnOffloadingSenderWouldHaveCutOff) {
  const UdpSocket client(endpoint("198.51.100.2:40002"));
  ASSERT_EQ(std::system("ethtool -K cu tx on >/dev/null && ip link set cu mtu 9000 && "
                        "ip link set gu mtu 9000"),
            0);
  const std::uint64_t before = count("frame_truncated");
  ASSERT_TRUE(step_until(*plane_, [&] {
    client.send(endpoint("198.51.100.1:51820"), Packet(8000, 1));
    return count("frame_truncated") > before;
  }));
  ASSERT_EQ(std::system("ip link set cu mtu 1500 && ip link set gu mtu 1500"), 0);
}

TEST_F(DataPlaneInNamespace, WarnsOfWhatTheKernelWouldDoToAPort) {
  EXPECT_TRUE(plane_->warnings().empty()) << plane_->warnings()[0];
  std::vector<std::string> warnings;
  ASSERT_EQ(std::system("ethtool -K cu gro on && ip link set sp down"), 0);
  ASSERT_TRUE(check_raw_interface("cu", {}, warnings).has_value());
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_NE(warnings[0].find("kernel address 198.51.100.2"), std::string::npos);
  EXPECT_NE(warnings[1].find("gro off"), std::string::npos);
  ASSERT_TRUE(check_raw_interface("sp", {}, warnings).has_value());
  EXPECT_NE(warnings.back().find("is down"), std::string::npos) << warnings.back();
  const auto refused = check_raw_interface("cu", {address("198.51.100.2")}, warnings);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().what.find("has our address"), std::string::npos);
}

TEST_F(DataPlaneInNamespace, KeepsNoRuntimeFolderThatAKilledGatewayWouldLeave) {
  EXPECT_FALSE(std::filesystem::exists("/run/dpdk/jvpn-" + std::to_string(getpid())));
}

}  // namespace
}  // namespace jvpn::test
