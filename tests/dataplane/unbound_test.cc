// SPDX-License-Identifier: Apache-2.0
// Data from a path that is not the bound one: it never moves the binding, and only the newest
// packet is so much as mentioned to control.
#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kElsewhere = endpoint("203.0.113.8:40000");

Packet inner() {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(50, 1));
}

class Unbound : public testing::Test {
 protected:
  Unbound() { rig.attach(peer, kClient); }
  void arrive(const Endpoint& from, std::uint64_t counter) {
    rig.arrive_datagram(from, peer.seal(inner(), counter));
  }
  Rig rig;
  TunnelPeer peer;
};

TEST_F(Unbound, TheNewestIsToldToControlAndNotMarked) {
  arrive(kClient, 5);
  rig.turn();
  rig.new_verdicts();
  rig.sent(Rig::kPlaintext);
  arrive(kElsewhere, 6);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unbound_transport, 1}}));
  EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
  const auto notices = rig.punted(PuntClass::notice);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].tag, peer.tag);
  EXPECT_EQ(notices[0].counter, 6u);
  EXPECT_EQ(notices[0].source, kElsewhere);
  EXPECT_EQ(notices[0].port, Rig::kUnderlay);
  EXPECT_EQ(notices[0].wire_size, kDataOverhead + inner().size());
  EXPECT_EQ(rig.health(peer).received, 1u);
  arrive(kClient, 6);  // the original still counts
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(Unbound, OlderOnesAreNotToldAndNotMarked) {
  arrive(kClient, 9);
  arrive(kElsewhere, 5);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::late_unbound, 1}}));
  EXPECT_TRUE(rig.punted(PuntClass::notice).empty());
  arrive(kClient, 5);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(Unbound, ACopyOfAnAcceptedPacketIsADuplicateWhereverItComesFrom) {
  const Packet packet = peer.seal(inner());
  rig.arrive_datagram(kClient, packet);
  rig.turn();
  rig.arrive_datagram(kElsewhere, packet);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::duplicate, 1}}));
  EXPECT_TRUE(rig.punted(PuntClass::notice).empty());
}

TEST_F(Unbound, OneNoticePerInterval) {
  for (std::uint64_t counter = 1; counter < 20; ++counter) arrive(kElsewhere, counter);
  rig.turn();
  EXPECT_EQ(rig.punted(PuntClass::notice).size(), 1u);
  rig.now = rig.now + kNoticeInterval;
  arrive(kElsewhere, 30);
  rig.turn();
  EXPECT_EQ(rig.punted(PuntClass::notice).size(), 1u);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unbound_transport, 20}}));
}

TEST_F(Unbound, AForgedPacketIsNoHint) {
  Packet forged = peer.seal(inner(), 99);
  forged.back() ^= 1;
  rig.arrive_datagram(kElsewhere, forged);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::open_failed, 1}}));
  EXPECT_TRUE(rig.punted(PuntClass::notice).empty());
}

TEST_F(Unbound, WithoutABindingEveryNewestPacketIsAHint) {
  peer.publish(*rig.table, rig.view_of(peer, Endpoint{}), OuterTemplate{});
  arrive(kClient, 1);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unbound_transport, 1}}));
  EXPECT_EQ(rig.punted(PuntClass::notice).size(), 1u);
}

TEST_F(Unbound, ADrainingPathIsAcceptedForAWhileAndFeedsNoHealth) {
  SessionView view = rig.view_of(peer, kElsewhere);
  view.draining = kClient;
  view.drain_until = rig.now + 250ms;
  peer.publish(*rig.table, view, rig.outer_to(kElsewhere));
  arrive(kClient, 1);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}}));
  EXPECT_EQ(rig.health(peer).received, 0u);
  EXPECT_EQ(rig.health(peer).bytes_up, inner().size());
  rig.now = rig.now + 250ms;
  arrive(kClient, 2);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unbound_transport, 1}}));
}

TEST_F(Unbound, AFullNoticeRingIsCountedAndChangesNothing) {
  for (std::uint64_t counter = 0; counter <= Rig::kMailboxShape.punt_cells; ++counter) {
    arrive(kElsewhere, counter);
    rig.turn();
    rig.now = rig.now + kNoticeInterval;
  }
  EXPECT_EQ(rig.counters().notices.sample(), Rig::kMailboxShape.punt_cells);
  EXPECT_EQ(rig.counters().notices_lost.sample(), 1u);
}

}  // namespace
}  // namespace jvpn::test
