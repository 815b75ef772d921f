// SPDX-License-Identifier: Apache-2.0
// Data that come from a source before it is bound wait, opened and unmarked: they are delivered
// when it is bound, and their counters are still free when it is not.
#include <gtest/gtest.h>

#include "rig.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kOld = endpoint("203.0.113.7:40000");
const Endpoint kNew = endpoint("203.0.113.8:40000");
const Endpoint kThird = endpoint("203.0.113.9:40000");
constexpr std::uint16_t kHoldMs = 2000;

/// A packet that can be told from others by its length.
Packet up(std::size_t number) {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(100 + number, 1));
}

class HoldUplink : public testing::Test {
 protected:
  HoldUplink() { rig.attach(peer, view(kOld, 1)); }
  SessionView view(const Endpoint& bound, std::uint32_t bound_sequence) {
    SessionView out = rig.view_of(peer, bound);
    out.bound_version = {OwnerEpoch{1}, bound_sequence};
    out.hold_packets = 8;
    out.hold_ms = kHoldMs;
    return out;
  }
  void bind(const Endpoint& to) {
    peer.publish(*rig.table, view(to, ++sequence), rig.outer_to(to));
  }
  /// The packet with this number, and this number as counter.
  Verdicts arrive(const Endpoint& from, std::size_t number) {
    rig.arrive_datagram(from, peer.seal(up(number), number));
    rig.turn();
    return rig.new_verdicts();
  }
  std::vector<std::size_t> delivered() {
    std::vector<std::size_t> numbers;
    for (const Packet& frame : rig.sent(Rig::kPlaintext)) {
      const ByteView packet = network_of(frame);
      numbers.push_back(packet.size() - up(0).size());
      EXPECT_EQ(Packet(packet.begin(), packet.end()), up(numbers.back()));
    }
    return numbers;
  }
  std::uint64_t held_now() const { return rig.count(Verdict::held); }

  Rig rig;
  TunnelPeer peer;
  std::uint32_t sequence = 1;
};

TEST_F(HoldUplink, DataRightBehindAConfirmAreDeliveredWhenItIsCommitted) {
  arrive(kOld, 1);
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{1}));
  for (std::size_t number = 2; number < 5; ++number) {
    EXPECT_EQ(arrive(kNew, number), (Verdicts{{Verdict::held, number - 1}}));
  }
  EXPECT_TRUE(delivered().empty());
  EXPECT_EQ(rig.health(peer).received, 1u) << "nothing is marked, nothing counts";
  bind(kNew);
  rig.turn();
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{2, 3, 4}));
  EXPECT_EQ(held_now(), 0u);
  EXPECT_EQ(rig.health(peer).received, 3u) << "of the new binding";
}

TEST_F(HoldUplink, ControlHearsOfTheSourceAllTheSame) {
  arrive(kNew, 1);
  const auto notices = rig.punted(PuntClass::notice);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].source, kNew);
}

TEST_F(HoldUplink, TheyComeBeforeWhatFollowsThem) {
  arrive(kNew, 1);
  arrive(kNew, 2);
  bind(kNew);
  EXPECT_EQ(arrive(kNew, 3), (Verdicts{{Verdict::forwarded, 3}}));
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{1, 2, 3}));
}

TEST_F(HoldUplink, OnesThatOvertookEachOtherAreDeliveredInOrder) {
  for (const std::size_t number : {5u, 2u, 9u, 3u}) arrive(kNew, number);
  EXPECT_EQ(held_now(), 4u);
  bind(kNew);
  rig.turn();
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{2, 3, 5, 9}));
}

TEST_F(HoldUplink, EachCounterIsHeldOnce) {
  arrive(kNew, 5);
  arrive(kNew, 6);
  EXPECT_EQ(arrive(kNew, 5), (Verdicts{{Verdict::duplicate, 1}, {Verdict::held, 2}}));
  EXPECT_EQ(arrive(kNew, 6), (Verdicts{{Verdict::duplicate, 1}, {Verdict::held, 2}}));
}

/// I14: by whichever way it comes first.
TEST_F(HoldUplink, ACounterThatTheBoundPathBroughtMeanwhileIsDeliveredOnce) {
  arrive(kNew, 5);
  arrive(kOld, 5);
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{5}));
  bind(kNew);
  rig.turn();
  EXPECT_TRUE(delivered().empty());
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::duplicate, 1}}));
}

TEST_F(HoldUplink, AnotherBindingDropsThemAndFreesTheirCounters) {
  arrive(kNew, 5);
  bind(kThird);
  rig.turn();
  EXPECT_EQ(held_now(), 0u);
  EXPECT_EQ(rig.count(Verdict::unbound_transport), 1u);
  EXPECT_TRUE(delivered().empty());
  rig.new_verdicts();
  EXPECT_EQ(arrive(kThird, 5), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(HoldUplink, TimeDropsThemAndFreesTheirCounters) {
  arrive(kNew, 5);
  rig.now = rig.now + std::chrono::milliseconds(kHoldMs);
  rig.turn();
  EXPECT_EQ(rig.count(Verdict::unbound_transport), 1u);
  rig.new_verdicts();
  EXPECT_EQ(arrive(kOld, 5), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(HoldUplink, TheSourceHeardLastHasThePlace) {
  arrive(kNew, 5);
  arrive(kThird, 6);
  EXPECT_EQ(held_now(), 1u);
  EXPECT_EQ(rig.count(Verdict::unbound_transport), 1u);
  bind(kNew);
  rig.turn();
  EXPECT_TRUE(delivered().empty());
}

TEST_F(HoldUplink, WhatWasReboundFromWhereTheyWaitUnderHasNoClaim) {
  arrive(kNew, 5);
  bind(kThird);
  EXPECT_EQ(arrive(kNew, 6), (Verdicts{{Verdict::held, 1}, {Verdict::unbound_transport, 1}}));
  bind(kNew);
  rig.turn();
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{6}));
}

TEST_F(HoldUplink, HeartbeatsAreNotHeld) {
  Heartbeat ask;
  ask.nonce = 4;
  rig.arrive_datagram(kNew, peer.ask(ask));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::unbound_transport, 1}}));
}

TEST_F(HoldUplink, WhatIsNotNewestIsNotHeld) {
  arrive(kOld, 9);
  EXPECT_EQ(arrive(kNew, 5), (Verdicts{{Verdict::late_unbound, 1}}));
}

TEST_F(HoldUplink, AForgedPacketIsNotHeld) {
  Packet forged = peer.seal(up(5), 5);
  forged.back() ^= 1;
  rig.arrive_datagram(kNew, forged);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::open_failed, 1}}));
}

TEST_F(HoldUplink, BothDirectionsShareASessionsRoom) {
  peer.publish(*rig.table, view(Endpoint{}, ++sequence), OuterTemplate{});
  for (std::size_t number = 0; number < 6; ++number) {
    rig.arrive_plaintext(
        udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(9, 1)));
    arrive(kNew, number);
    rig.now = rig.now + 1ms;
  }
  EXPECT_EQ(held_now(), 8u);
  EXPECT_EQ(rig.count(Verdict::hold_full), 4u);
  bind(kNew);
  rig.turn();
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{2, 3, 4, 5}));
  EXPECT_EQ(rig.sent(Rig::kUnderlay).size(), 4u);
}

TEST_F(HoldUplink, TheyAreMarkedUnderTheKeyThatOpenedThem) {
  arrive(kNew, 5);
  peer.stage(*rig.table);
  peer.seal_under_next();
  arrive(kNew, 0);
  arrive(kNew, 5);
  EXPECT_EQ(held_now(), 3u);
  bind(kNew);
  rig.turn();
  EXPECT_EQ(delivered(), (std::vector<std::size_t>{5, 0, 5}));
  EXPECT_EQ(arrive(kNew, 5), (Verdicts{{Verdict::duplicate, 1}, {Verdict::forwarded, 3}}));
}

TEST_F(HoldUplink, AKeyThatEndedMeanwhileTakesThemAlong) {
  arrive(kNew, 5);
  peer.stage(*rig.table);
  rig.table->retire_keys(peer.tag);
  bind(kNew);
  rig.turn();
  EXPECT_EQ(rig.count(Verdict::unknown_key_epoch), 1u);
  EXPECT_TRUE(delivered().empty());
}

TEST_F(HoldUplink, ThePathThatDrainsIsNotHeldButHeard) {
  SessionView moved = view(kNew, ++sequence);
  moved.draining = kOld;
  moved.drain_until = rig.now + 250ms;
  peer.publish(*rig.table, moved, rig.outer_to(kNew));
  EXPECT_EQ(arrive(kOld, 5), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(HoldUplink, AnEchoToTheGatewayIsAnsweredWhenItsSourceIsBound) {
  rig.arrive_datagram(kNew,
                      peer.seal(echo_request(address("10.77.0.2"), address("10.99.0.1"), 20)));
  rig.turn();
  EXPECT_EQ(held_now(), 1u);
  bind(kNew);
  rig.turn();
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(udp_destination_of(frames[0]), kNew);
  EXPECT_TRUE(peer.open(udp_payload_of(frames[0])).has_value());
}

}  // namespace
}  // namespace jvpn::test
