// SPDX-License-Identifier: Apache-2.0
#include "dataplane/uplink.h"

#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kClient6 = endpoint("[2001:db8:7::7]:40000");
const Endpoint kInner = endpoint("10.77.0.2:1000");
const Endpoint kInner6 = endpoint("[fd77::2]:1000");
const Endpoint kServer = endpoint("192.0.2.80:80");
const Endpoint kServer6 = endpoint("[2001:db8:80::80]:80");

Packet inner_v4(std::size_t size = 100) {
  return udp_packet(kInner, kServer, Packet(size, 7));
}

class Uplink : public testing::TestWithParam<Suite> {
 protected:
  Rig rig;
  TunnelPeer peer{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Suites, Uplink,
                         testing::Values(Suite::aes_256_gcm, Suite::chacha20_poly1305),
                         [](const auto& suite) {
                           return suite.param == Suite::aes_256_gcm ? "AesGcm" : "ChaCha";
                         });

void expect_delivered(const Packet& frame, const Packet& inner) {
  const auto ethernet = load<EthernetHeader>(frame.data());
  EXPECT_EQ(ethernet.destination, kServerMac);
  EXPECT_EQ(ethernet.source, kOurPlaintextMac);
  EXPECT_EQ(ethernet.type.value(), inner[0] >> 4 == 4 ? kEtherIpv4 : kEtherIpv6);
  EXPECT_EQ(Packet(network_of(frame).begin(), network_of(frame).end()), inner);
}

TEST_P(Uplink, DeliversTheInnerPacketWholeToThePlaintextNextHop) {
  rig.attach(peer, kClient);
  for (std::size_t size : {0u, 1u, 100u, 1392u}) {
    rig.arrive_datagram(kClient, peer.seal(inner_v4(size)));
    expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner_v4(size));
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 4}}));
}

TEST_P(Uplink, DeliversAWholeBurstInOrder) {
  rig.attach(peer, kClient);
  for (std::size_t i = 0; i < kBurst; ++i) {
    rig.arrive_datagram(kClient, peer.seal(inner_v4(i)));
  }
  rig.turn();
  const auto frames = rig.sent(Rig::kPlaintext);
  ASSERT_EQ(frames.size(), kBurst);
  for (std::size_t i = 0; i < kBurst; ++i) expect_delivered(frames[i], inner_v4(i));
}

TEST_P(Uplink, CarriesIpv6InsideIpv4AndBothInsideIpv6) {
  rig.attach(peer, kClient);
  const Packet inner_v6 = udp_packet(kInner6, kServer6, Packet(300, 6));
  rig.arrive_datagram(kClient, peer.seal(inner_v6));
  expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner_v6);

  SessionView moved = rig.view_of(peer, kClient6);
  moved.bound_version = {OwnerEpoch{1}, 8};
  peer.publish(*rig.table, moved, rig.outer_to(kClient6));
  for (const Packet& inner : {inner_v4(), inner_v6}) {
    rig.arrive_datagram(kClient6, peer.seal(inner));
    expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner);
  }
}

TEST_P(Uplink, AcceptsFramePaddingAndPriorityTags) {
  rig.attach(peer, kClient);
  const Packet packet = udp_packet(kClient, endpoint("198.51.100.1:51820"), peer.seal(inner_v4()));
  Packet frame = frame_of(packet, kRouterMac, kOurUnderlayMac);
  const Packet tag{0x81, 0x00, 0xe0, 0x00};  // priority 7, VLAN 0
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  frame.resize(frame.size() + 9, 0xee);
  rig.arrive(Rig::kUnderlay, frame);
  expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner_v4());
}

TEST_P(Uplink, TrimsWhatFollowsTheInnerPacket) {
  rig.attach(peer, kClient);
  Packet padded = inner_v4();
  padded.resize(padded.size() + 16);
  rig.arrive_datagram(kClient, peer.seal(padded));
  expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner_v4());
}

TEST_P(Uplink, CountsWhatTheBindingBrought) {
  rig.attach(peer, kClient);
  for (int i = 0; i < 3; ++i) rig.arrive_datagram(kClient, peer.seal(inner_v4()));
  rig.turn();
  EXPECT_EQ(rig.health(peer).received, 3u);
  EXPECT_EQ(rig.health(peer).bound_version, (StateVersion{OwnerEpoch{1}, 1}));
  EXPECT_EQ(rig.health(peer).bytes_up, 3 * inner_v4().size());
  SessionView rebound = rig.view_of(peer, kClient);
  rebound.bound_version = {OwnerEpoch{1}, 9};
  peer.publish(*rig.table, rebound, rig.outer_to(kClient));
  rig.arrive_datagram(kClient, peer.seal(inner_v4()));
  rig.turn();
  EXPECT_EQ(rig.health(peer).received, 1u);
  EXPECT_EQ(rig.health(peer).bound_version, (StateVersion{OwnerEpoch{1}, 9}));
  EXPECT_EQ(rig.health(peer).bytes_up, 4 * inner_v4().size());
}

TEST_P(Uplink, RefusesReplaysTwinsAndTheTooLate) {
  rig.attach(peer, kClient);
  const Packet twin = peer.seal(inner_v4(), 5);
  rig.arrive_datagram(kClient, twin);
  rig.arrive_datagram(kClient, twin);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::duplicate, 1}}));
  rig.arrive_datagram(kClient, twin);
  rig.arrive_datagram(kClient, peer.seal(inner_v4(), 5000));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::duplicate, 1}}));
  rig.arrive_datagram(kClient, peer.seal(inner_v4(), 5000 - 1024));
  rig.arrive_datagram(kClient, peer.seal(inner_v4(), 5001 - 1024));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::late, 1}}));
}

TEST_P(Uplink, LetsAForgedPacketChangeNothing) {
  rig.attach(peer, kClient);
  const Packet genuine = peer.seal(inner_v4(), 3);
  for (std::size_t at : {std::size_t{8}, std::size_t{15}, std::size_t{20}, genuine.size() - 1}) {
    Packet forged = genuine;
    forged[at] ^= 1;
    rig.arrive_datagram(kClient, forged);
  }
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::open_failed, 4}}));
  EXPECT_EQ(rig.health(peer).received, 0u);
  rig.arrive_datagram(kClient, genuine);
  expect_delivered(rig.turn_and_take(Rig::kPlaintext), inner_v4());
}

TEST_P(Uplink, AnswersAPingToTheGatewayThroughTheTunnel) {
  rig.attach(peer, kClient);
  for (const auto& [from, to] : {std::pair("10.77.0.2", "10.99.0.1"), {"fd77::2", "fd99::1"}}) {
    rig.arrive_datagram(kClient, peer.seal(echo_request(address(from), address(to), 64)));
    const auto opened = peer.open(udp_payload_of(rig.turn_and_take(Rig::kUnderlay)));
    ASSERT_TRUE(opened.has_value());
    Packet expected = echo_request(address(to), address(from), 64);
    const std::size_t icmp = expected.size() - 64 - sizeof(IcmpHeader);
    EXPECT_EQ(opened->inner[icmp], expected[0] >> 4 == 4 ? kIcmpEchoReply : kIcmp6EchoReply);
    EXPECT_TRUE(has_right_ip_checksum(opened->inner));
    EXPECT_TRUE(std::equal(expected.begin(), expected.begin() + static_cast<long>(icmp),
                           opened->inner.begin()));
    const bool v4 = expected[0] >> 4 == 4;
    const std::uint32_t start = v4 ? 0
                                   : pseudo_header_sum({address(to), 0}, {address(from), 0},
                                                       64 + sizeof(IcmpHeader), kProtocolIcmp6);
    EXPECT_EQ(slow_checksum(ByteView(opened->inner).subspan(icmp), start), 0);
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 2}}));
}

/// RFC 6040, figure 4: rows are the inner field, columns the outer one; 9 stands for a drop.
TEST_P(Uplink, FollowsTheWholeEcnTable) {
  constexpr std::uint8_t kDrop = 9;
  constexpr std::uint8_t kExpected[4][4] = {
      // outer: Not-ECT, ECT(1), ECT(0), CE
      {0, 0, 0, kDrop},  // inner Not-ECT
      {1, 1, 1, 3},      // inner ECT(1)
      {2, 1, 2, 3},      // inner ECT(0)
      {3, 3, 3, 3},      // inner CE
  };
  rig.attach(peer, kClient);
  for (std::uint8_t inner = 0; inner < 4; ++inner) {
    for (std::uint8_t outer = 0; outer < 4; ++outer) {
      for (const auto& [from, to] : {std::pair(kInner, kServer), std::pair(kInner6, kServer6)}) {
        const Packet packet = udp_packet(from, to, Packet(10), IpOptions{inner, 64, false});
        rig.arrive_datagram(kClient, peer.seal(packet), 0, IpOptions{outer, 64, false});
        rig.turn();
        const auto frames = rig.sent(Rig::kPlaintext);
        const std::uint8_t expected = kExpected[inner][outer];
        ASSERT_EQ(frames.size(), expected == kDrop ? 0u : 1u) << int{inner} << " " << int{outer};
        if (expected == kDrop) continue;
        EXPECT_EQ(ecn_bits(network_of(frames[0])), expected) << int{inner} << " " << int{outer};
        EXPECT_TRUE(has_right_ip_checksum(network_of(frames[0])));
      }
    }
  }
  EXPECT_EQ(rig.count(Verdict::ecn_congestion), 2u);
}

}  // namespace
}  // namespace jvpn::test
