// SPDX-License-Identifier: Apache-2.0
// What comes for a client between two bindings waits unsealed, and goes out first.
#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kMoved = endpoint("203.0.113.8:40000");
constexpr std::uint16_t kHoldMs = 2000;

/// A packet that can be told from others by its length.
Packet down(std::size_t number, const char* to = "10.77.0.2:1") {
  return udp_packet(endpoint("192.0.2.80:80"), endpoint(to), Packet(100 + number, 2));
}

class HoldDownlink : public testing::Test {
 protected:
  HoldDownlink() { rig.attach(peer, view(Endpoint{})); }
  SessionView view(const Endpoint& bound, std::uint16_t hold_packets = 8) {
    SessionView out = rig.view_of(peer, bound);
    out.hold_packets = hold_packets;
    out.hold_ms = kHoldMs;
    return out;
  }
  void bind(const Endpoint& to) { peer.publish(*rig.table, view(to), rig.outer_to(to)); }
  void arrive(std::size_t number) {
    rig.arrive_plaintext(down(number));
    rig.turn();
  }
  /// Numbers of the packets sent since the last call, in order, by the client's own key.
  std::vector<std::size_t> sent_numbers() {
    std::vector<std::size_t> numbers;
    for (const Packet& frame : rig.sent(Rig::kUnderlay)) {
      const auto opened = peer.open(udp_payload_of(frame));
      EXPECT_TRUE(opened.has_value());
      if (!opened) continue;
      EXPECT_EQ(opened->counter, next_counter++);
      numbers.push_back(opened->inner.size() - down(0).size());
    }
    return numbers;
  }
  std::uint64_t held_now() const { return rig.count(Verdict::held); }

  Rig rig;
  TunnelPeer peer;
  std::uint64_t next_counter = 0;
};

TEST_F(HoldDownlink, PacketsWaitForTheBindingAndGoOutInOrderBeforeNewerOnes) {
  for (std::size_t number = 0; number < 3; ++number) arrive(number);
  EXPECT_EQ(held_now(), 3u);
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  EXPECT_EQ(rig.health(peer).send_counter, 0u);
  bind(kMoved);
  arrive(3);
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 4}}));
}

TEST_F(HoldDownlink, TheyGoOutWithoutAnythingNewComing) {
  arrive(1);
  bind(kMoved);
  rig.turn();
  const auto frames = rig.sent(Rig::kUnderlay);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(udp_destination_of(frames[0]), kMoved);
  EXPECT_EQ(peer.open(udp_payload_of(frames[0]))->inner, down(1)) << "whole, and as it came";
  EXPECT_EQ(held_now(), 0u);
}

TEST_F(HoldDownlink, TheBuffersOfThePortsAreFreeAtOnce) {
  const unsigned before = rte_mempool_avail_count(rig.buffers());
  for (std::size_t number = 0; number < 5; ++number) arrive(number);
  EXPECT_EQ(rte_mempool_avail_count(rig.buffers()), before);
  EXPECT_EQ(held_now(), 5u);
}

TEST_F(HoldDownlink, NobodyWaitsLongerThanThePolicyAllows) {
  arrive(1);
  rig.now = rig.now + std::chrono::milliseconds(kHoldMs - 1);
  arrive(2);
  EXPECT_EQ(held_now(), 2u);
  rig.now = rig.now + 1ms;
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::held, 1}, {Verdict::no_binding, 1}}));
  bind(kMoved);
  rig.turn();
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{2}));
}

TEST_F(HoldDownlink, ASessionsShareIsBoundedAndItsOldestGoFirst) {
  for (std::size_t number = 0; number < 10; ++number) arrive(number);
  EXPECT_EQ(held_now(), 8u);
  EXPECT_EQ(rig.count(Verdict::hold_full), 2u);
  bind(kMoved);
  rig.turn();
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(HoldDownlink, WithoutAShareNothingIsHeld) {
  peer.publish(*rig.table, view(Endpoint{}, 0), OuterTemplate{});
  arrive(1);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::no_binding, 1}}));
}

TEST_F(HoldDownlink, TheyEndWithTheirSession) {
  arrive(1);
  arrive(2);
  rig.table->remove(peer.tag);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::no_session, 2}}));
  EXPECT_EQ(held_now(), 0u);
}

TEST_F(HoldDownlink, TheSlotsNextSessionHasNothingOfIt) {
  arrive(1);
  rig.table->remove(peer.tag);
  rig.table->reclaim();
  // The slot comes back before the worker has looked: all others are used up first.
  std::vector<std::unique_ptr<TunnelPeer>> others;
  for (int i = 0; i < 15; ++i) {
    TunnelPeer& other = *others.emplace_back(std::make_unique<TunnelPeer>());
    other.install(*rig.table, 0, other.make_view(), OuterTemplate{});
  }
  rig.table->quiescent(0);
  rig.table->reclaim();
  const std::uint32_t slot = GatewayTag::unpack(peer.tag).slot;
  rig.attach(peer, view(kMoved));
  ASSERT_EQ(GatewayTag::unpack(peer.tag).slot, slot);
  arrive(2);
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{2}));
  EXPECT_EQ(rig.count(Verdict::no_session), 1u);
  EXPECT_EQ(held_now(), 0u);
}

TEST_F(HoldDownlink, TheyWaitOnForANextHopThatIsStillToBeFound) {
  arrive(1);
  const Endpoint neighbour = endpoint("198.51.100.77:4000");
  bind(neighbour);
  rig.turn();
  EXPECT_EQ(held_now(), 1u);
  rig.neighbours.resolve(rig.neighbours.reserve(Rig::kUnderlay, neighbour.address), kRouterMac);
  rig.turn();
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{1}));
}

TEST_F(HoldDownlink, ANodeThatMustNotServeKeepsThemBack) {
  arrive(1);
  bind(kMoved);
  rig.facts.serving_until_ns = rig.now.ns;
  rig.turn();
  EXPECT_EQ(held_now(), 1u);
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
}

TEST_F(HoldDownlink, WhoWaitsWithLittleIsNotPushedOutByWhoWaitsWithMuch) {
  arrive(1);
  TunnelPeer other;
  SessionView greedy = view(Endpoint{}, 64);
  greedy.inner_v4 = address("10.77.0.3");
  greedy.inner_v6 = IpAddress{};
  rig.attach(other, greedy);
  for (std::size_t number = 0; number < 40; ++number) {
    rig.arrive_plaintext(down(number, "10.77.0.3:1"));
    rig.turn();
  }
  EXPECT_EQ(held_now(), Rig::kHoldPackets);
  EXPECT_EQ(rig.count(Verdict::hold_full), 41 - Rig::kHoldPackets);
  bind(kMoved);
  rig.turn();
  EXPECT_EQ(sent_numbers(), (std::vector<std::size_t>{1}));
}

TEST_F(HoldDownlink, AllOfALongQueueGoesOutAtOnce) {
  peer.publish(*rig.table, view(Endpoint{}, 64), OuterTemplate{});
  std::vector<std::size_t> all;
  for (std::size_t number = 0; number < Rig::kHoldPackets; ++number) {
    arrive(number);
    all.push_back(number);
  }
  bind(kMoved);
  rig.turn();
  EXPECT_EQ(sent_numbers(), all);
}

TEST_F(HoldDownlink, TheOwnerWorkerHoldsWhateverWorkerItCameTo) {
  Rig two(2);
  TunnelPeer owned;
  SessionView unbound = two.view_of(owned, Endpoint{});
  unbound.hold_packets = 8;
  unbound.hold_ms = kHoldMs;
  two.attach(owned, unbound, 1);
  two.arrive_plaintext(down(1), 0);
  two.turn(0);
  two.turn(1);
  EXPECT_EQ(two.new_verdicts(), (Verdicts{{Verdict::handed_over, 1}, {Verdict::held, 1}}));
  EXPECT_EQ(two.counters(1).verdicts[static_cast<std::size_t>(Verdict::held)].sample(), 1u);
  unbound.bound = kMoved;
  owned.publish(*two.table, unbound, two.outer_to(kMoved));
  two.turn(0);
  EXPECT_TRUE(two.sent(Rig::kUnderlay).empty());
  two.turn(1);
  EXPECT_EQ(two.sent(Rig::kUnderlay).size(), 1u);
}

TEST_F(HoldDownlink, APacketThatFitsNoBufferIsNotHeld) {
  SessionView wide = view(Endpoint{});
  wide.tunnel_mtu = 3000;  // a session's may be more than this plane was started for
  peer.publish(*rig.table, wide, OuterTemplate{});
  rig.arrive_plaintext(
      udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(2000, 1)));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::hold_full, 1}}));
}

}  // namespace
}  // namespace jvpn::test
