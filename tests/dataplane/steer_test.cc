// SPDX-License-Identifier: Apache-2.0
// Two workers: a packet that arrives at the wrong one reaches its owner, whole, and is counted on
// both.
#include "dataplane/steer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");

Packet inner() {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(50, 1));
}
Packet answer() {
  return udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(50, 2));
}

class Steer : public testing::Test {
 protected:
  Steer() { rig.attach(peer, kClient, 1); }
  Rig rig{2};
  TunnelPeer peer;
};

TEST_F(Steer, DataGoesToTheOwnerNamedInItsTag) {
  rig.arrive_datagram(kClient, peer.seal(inner()), 0);
  rig.turn(0);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::handed_over, 1}}));
  EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
  rig.turn(1);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_EQ(rig.counters(1).taken_over.sample(), 1u);
  const auto frames = rig.sent(Rig::kPlaintext);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(network_of(frames[0]), inner()));
}

TEST_F(Steer, DataAtItsOwnerStaysThere) {
  rig.arrive_datagram(kClient, peer.seal(inner()), 1);
  rig.turn(1);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(Steer, DownlinkGoesToTheOwnerOfTheDestination) {
  rig.arrive_plaintext(answer(), 0);
  rig.turn(0);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::handed_over, 1}}));
  rig.turn(1);
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(peer.open(udp_payload_of(frames[0]))->inner, answer());
}

TEST_F(Steer, ControlMessagesStayWhereTheyArrive) {
  rig.arrive_datagram(kClient, peer.control(kRequestSize), 0);
  rig.turn(0);
  EXPECT_EQ(rig.punted(PuntClass::control, 0).size(), 1u);
}

TEST_F(Steer, AMadeUpOwnerInTheTagLeadsNowhere) {
  for (const std::uint8_t worker : std::initializer_list<std::uint8_t>{0, 2, 63}) {
    GatewayTag made_up = GatewayTag::unpack(peer.tag);
    made_up.worker = worker;
    Packet packet = peer.seal(inner());
    store(packet.data() + 1, made_up.pack().to_wire());
    rig.arrive_datagram(kClient, packet, 0);
    rig.turn(0);
    EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::no_session, 1}}));
  }
}

TEST_F(Steer, AFullHandOverRingIsACountedDrop) {
  for (int i = 0; i < 10; ++i) rig.arrive_datagram(kClient, peer.seal(inner()), 0);
  rig.turn(0);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::handed_over, 7}, {Verdict::handover_full, 3}}));
  rig.turn(1);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 7}}));
}

TEST_F(Steer, CountersStayUniqueWhenBothSidesOfTheGatewaySend) {
  rig.arrive_plaintext(answer(), 0);
  rig.arrive_plaintext(answer(), 1);
  rig.turn(0);
  rig.turn(1);
  rig.turn(1);
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_NE(peer.open(udp_payload_of(frames[0]))->counter,
            peer.open(udp_payload_of(frames[1]))->counter);
}

}  // namespace
}  // namespace jvpn::test
