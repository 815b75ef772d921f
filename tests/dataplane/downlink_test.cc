// SPDX-License-Identifier: Apache-2.0
#include "dataplane/downlink.h"

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

Packet packet_v4(std::size_t size = 100, const IpOptions& options = {}) {
  return udp_packet(kServer, kInner, Packet(size, 7), options);
}
Packet packet_v6(std::size_t size = 100, const IpOptions& options = {}) {
  return udp_packet(kServer6, kInner6, Packet(size, 7), options);
}

class Downlink : public testing::TestWithParam<Suite> {
 protected:
  Rig rig;
  TunnelPeer peer{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Suites, Downlink,
                         testing::Values(Suite::aes_256_gcm, Suite::chacha20_poly1305),
                         [](const auto& suite) {
                           return suite.param == Suite::aes_256_gcm ? "AesGcm" : "ChaCha";
                         });

TEST_P(Downlink, SealsForTheBoundPathAndNumbersEachPacket) {
  rig.attach(peer, kClient);
  for (std::uint64_t counter = 0; counter < 3; ++counter) {
    rig.arrive_plaintext(packet_v4(counter * 500));
    const Packet frame = rig.turn_and_take(Rig::kUnderlay);
    const auto ethernet = load<EthernetHeader>(frame.data());
    EXPECT_EQ(ethernet.destination, kRouterMac);
    EXPECT_EQ(ethernet.source, kOurUnderlayMac);
    EXPECT_EQ(udp_source_of(frame), endpoint("198.51.100.1:51820"));
    EXPECT_EQ(udp_destination_of(frame), kClient);
    const auto opened = peer.open(udp_payload_of(frame));
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->counter, counter);
    EXPECT_EQ(opened->inner, packet_v4(counter * 500));
  }
  EXPECT_EQ(rig.health(peer).send_counter, 3u);
  EXPECT_EQ(rig.health(peer).bytes_down, packet_v4(0).size() * 3 + 1500);
}

TEST_P(Downlink, PutsAWholeBurstOnTheWireInOrder) {
  rig.attach(peer, kClient);
  for (std::size_t i = 0; i < kBurst; ++i) rig.arrive_plaintext(packet_v4(i));
  rig.turn();
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), kBurst);
  for (std::size_t i = 0; i < kBurst; ++i) {
    const auto opened = peer.open(udp_payload_of(frames[i]));
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(opened->counter, i);
    EXPECT_EQ(opened->inner, packet_v4(i));
  }
}

TEST_P(Downlink, CarriesBothFamiliesInsideBothFamilies) {
  rig.attach(peer, kClient);
  for (const Endpoint& bound : {kClient, kClient6}) {
    peer.publish(*rig.table, rig.view_of(peer, bound), rig.outer_to(bound));
    for (const Packet& packet : {packet_v4(99), packet_v6(99), packet_v6(100)}) {
      rig.arrive_plaintext(packet);
      const Packet frame = rig.turn_and_take(Rig::kUnderlay);
      EXPECT_EQ(udp_destination_of(frame), bound);
      const auto opened = peer.open(udp_payload_of(frame));
      ASSERT_TRUE(opened.has_value());
      EXPECT_EQ(opened->inner, packet);
    }
  }
}

TEST_P(Downlink, LeavesFramePaddingBehind) {
  rig.attach(peer, kClient);
  Packet frame = frame_of(packet_v4(1), kServerMac, kOurPlaintextMac);
  frame.resize(60);
  rig.arrive(Rig::kPlaintext, frame);
  EXPECT_EQ(peer.open(udp_payload_of(rig.turn_and_take(Rig::kUnderlay)))->inner, packet_v4(1));
}

TEST_P(Downlink, CopiesTheEcnFieldOutwards) {
  rig.attach(peer, kClient);
  for (const Endpoint& bound : {kClient, kClient6}) {
    peer.publish(*rig.table, rig.view_of(peer, bound), rig.outer_to(bound));
    for (std::uint8_t ecn = 0; ecn < 4; ++ecn) {
      for (const Packet& packet :
           {packet_v4(9, {ecn, 64, false}), packet_v6(9, {ecn, 64, false})}) {
        rig.arrive_plaintext(packet);
        const Packet frame = rig.turn_and_take(Rig::kUnderlay);
        EXPECT_EQ(ecn_bits(network_of(frame)), ecn);
        EXPECT_EQ(peer.open(udp_payload_of(frame))->inner, packet);
      }
    }
  }
}

TEST_P(Downlink, FollowsAJumpWithTheNextPacket) {
  rig.attach(peer, kClient);
  rig.arrive_plaintext(packet_v4());
  EXPECT_EQ(udp_destination_of(rig.turn_and_take(Rig::kUnderlay)), kClient);
  const Endpoint jumped = endpoint("192.0.2.33:1234");
  peer.publish(*rig.table, rig.view_of(peer, jumped), rig.outer_to(jumped));
  rig.arrive_plaintext(packet_v4());
  const Packet frame = rig.turn_and_take(Rig::kUnderlay);
  EXPECT_EQ(udp_destination_of(frame), jumped);
  EXPECT_EQ(peer.open(udp_payload_of(frame))->counter, 1u);
}

TEST(DownlinkBurst, GivesEachClientItsOwnNextHop) {
  const EtherAddress near_mac{2, 7, 7, 7, 7, 7};
  const std::vector<Endpoint> clients{kClient, endpoint("198.51.100.77:4000"), kClient6,
                                      endpoint("192.0.2.33:1234")};
  Rig rig;
  std::vector<TunnelPeer> peers(clients.size());
  for (std::size_t n = 0; n < peers.size(); ++n) {
    SessionView view = rig.view_of(peers[n], clients[n]);
    view.inner_v4 = IpAddress::v4(0x0a4d0002u + static_cast<std::uint32_t>(n));
    rig.attach(peers[n], view);
  }
  rig.neighbours.resolve(rig.neighbours.reserve(Rig::kUnderlay, clients[1].address), near_mac);
  const std::vector<std::size_t> order{0, 1, 1, 3, 2, 0, 1, 2, 3, 3};
  for (const std::size_t n : order) {
    const Endpoint inner{IpAddress::v4(0x0a4d0002u + static_cast<std::uint32_t>(n)), 1000};
    rig.arrive_plaintext(udp_packet(kServer, inner, Packet(50)));
  }
  rig.turn();
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto ethernet = load<EthernetHeader>(frames[i].data());
    EXPECT_EQ(ethernet.destination, order[i] == 1 ? near_mac : kRouterMac) << i;
    EXPECT_EQ(udp_destination_of(frames[i]), clients[order[i]]) << i;
    EXPECT_TRUE(peers[order[i]].open(udp_payload_of(frames[i])).has_value()) << i;
  }
}

TEST(DownlinkBurst, GoesByWhatIsKnownOfTheNextHopNow) {
  const EtherAddress new_mac{2, 7, 7, 7, 7, 7};
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  const Link& link = rig.facts.links[Rig::kUnderlay];
  const auto next_hop = rig.neighbours.find(link.index, link.next_hop);
  const auto sent_to = [&] {
    rig.arrive_plaintext(packet_v4());
    return load<EthernetHeader>(rig.turn_and_take(Rig::kUnderlay).data()).destination;
  };
  EXPECT_EQ(sent_to(), kRouterMac);
  rig.neighbours.resolve(next_hop, new_mac);
  EXPECT_EQ(sent_to(), new_mac);
  rig.new_verdicts();
  rig.neighbours.unresolve(next_hop);
  rig.arrive_plaintext(packet_v4());
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::next_hop_unresolved, 1}}));
  rig.neighbours.resolve(next_hop, kRouterMac);
  EXPECT_EQ(sent_to(), kRouterMac);
}

struct Fixture {
  Rig rig;
  TunnelPeer peer;
  void expect_only(Verdict verdict) {
    rig.turn();
    EXPECT_EQ(rig.new_verdicts(), (Verdicts{{verdict, 1}}));
    EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
    EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
  }
};

TEST(DownlinkDrops, WithoutABindingNoCounterIsSpent) {
  Fixture fix;
  fix.rig.attach(fix.peer, Endpoint{});
  fix.rig.arrive_plaintext(packet_v4());
  fix.expect_only(Verdict::no_binding);
  EXPECT_EQ(fix.rig.health(fix.peer).send_counter, 0u);
}

TEST(DownlinkDrops, WithAnUnresolvedNextHopNoCounterIsSpent) {
  Fixture fix;
  fix.rig.attach(fix.peer, endpoint("198.51.100.77:4000"));
  fix.rig.arrive_plaintext(packet_v4());
  fix.expect_only(Verdict::next_hop_unresolved);
  EXPECT_EQ(fix.rig.health(fix.peer).send_counter, 0u);
}

TEST(DownlinkDrops, AnExhaustedKeySealsNothingMore) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  fix.rig.record(fix.peer).downlink.key.blocks.store(kBlocksPerKey);
  fix.rig.arrive_plaintext(packet_v4());
  fix.expect_only(Verdict::key_exhausted);
}

TEST(DownlinkDrops, AnUnderlayThatIsNoneHasNoBinding) {
  Fixture fix;
  SessionView view = fix.rig.view_of(fix.peer, kClient);
  view.underlay = Rig::kPlaintext;
  fix.rig.attach(fix.peer, view);
  fix.rig.arrive_plaintext(packet_v4());
  fix.expect_only(Verdict::no_binding);
}

TEST(DownlinkDrops, DestinationsOutsideThePoolAreNotForUs) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  for (const char* to : {"10.78.0.2:1", "192.0.2.1:1", "224.0.0.1:1", "10.99.0.1:80"}) {
    fix.rig.arrive_plaintext(udp_packet(kServer, endpoint(to), Packet(9)));
    fix.expect_only(Verdict::not_for_us);
  }
}

TEST(DownlinkDrops, AddressesOfThePoolThatNobodyHasLeadToNoSession) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  fix.rig.arrive_plaintext(udp_packet(kServer, endpoint("10.77.0.3:1"), Packet(9)));
  fix.expect_only(Verdict::no_session);
}

TEST(DownlinkDrops, AStalePoolEntryLeadsToNoSession) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  fix.rig.pool_v4->assign(address("10.77.0.9"), GatewayTag::unpack(fix.peer.tag).slot);
  fix.rig.arrive_plaintext(udp_packet(kServer, endpoint("10.77.0.9:1"), Packet(9)));
  fix.expect_only(Verdict::no_session);
  fix.rig.table->remove(fix.peer.tag);
  fix.rig.arrive_plaintext(packet_v4());
  fix.expect_only(Verdict::no_session);
}

TEST(DownlinkDrops, FramesShorterThanTheirIpLengthAreTruncated) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  for (const Packet& packet : {packet_v4(), packet_v6()}) {
    for (const std::size_t kept : {packet.size() - 1, std::size_t{30}, std::size_t{12}}) {
      fix.rig.arrive(Rig::kPlaintext,
                     frame_of(ByteView(packet).first(kept), kServerMac, kOurPlaintextMac));
      fix.expect_only(Verdict::frame_truncated);
    }
  }
}

TEST(DownlinkDrops, HeadersThatContradictThemselvesAreMalformed) {
  Fixture fix;
  Packet packet = packet_v4();
  packet[0] = 0x44;
  fix.rig.arrive_plaintext(packet);
  fix.expect_only(Verdict::inner_malformed);
  Packet frame = frame_of(packet_v4(), kServerMac, kOurPlaintextMac);
  store(frame.data() + 12, BigEndian<std::uint16_t>(kEtherIpv6));
  fix.rig.arrive(Rig::kPlaintext, frame);
  fix.expect_only(Verdict::inner_malformed);
  frame[14] = 0x99;
  fix.rig.arrive(Rig::kPlaintext, frame);
  fix.expect_only(Verdict::inner_malformed);
}

TEST(DownlinkDrops, FramesOfOthersAndOtherProtocolsAreDropped) {
  Fixture fix;
  fix.rig.attach(fix.peer, kClient);
  fix.rig.arrive(Rig::kPlaintext, frame_of(packet_v4(), kServerMac, kRouterMac));
  fix.expect_only(Verdict::other_mac);
  Packet frame = frame_of(packet_v4(), kServerMac, kOurPlaintextMac);
  frame[12] = 0x88;
  fix.rig.arrive(Rig::kPlaintext, frame);
  fix.expect_only(Verdict::not_ip);
}

}  // namespace
}  // namespace jvpn::test
