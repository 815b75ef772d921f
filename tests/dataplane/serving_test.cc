// SPDX-License-Identifier: Apache-2.0
// Behind its serving deadline a node neither accepts nor sends what is its sessions' (I16).
#include <gtest/gtest.h>

#include "rig.h"
#include "session/core/wire.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");

Packet up() {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(50, 1));
}
Packet down() {
  return udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(50, 2));
}

class Serving : public testing::Test {
 protected:
  Serving() { rig.attach(peer, kClient); }
  void serve_until(Instant until) { rig.facts.serving_until_ns = until.ns; }
  Verdicts after_turn() {
    rig.turn();
    return rig.new_verdicts();
  }
  Rig rig;
  TunnelPeer peer;
};

TEST_F(Serving, HasNoEndUntilControlSetsOne) {
  rig.now = rig.now + std::chrono::hours(24 * 365);
  rig.arrive_datagram(kClient, peer.seal(up()));
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(Serving, GoesOnToTheLastNanosecondAndNoFurther) {
  serve_until(rig.now + Duration(1));
  const Packet first = peer.seal(up()), second = peer.seal(up());
  rig.arrive_datagram(kClient, first);
  rig.arrive_plaintext(down());
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::forwarded, 2}}));
  rig.sent(Rig::kUnderlay);
  rig.sent(Rig::kPlaintext);
  rig.now = rig.now + Duration(1);
  rig.arrive_datagram(kClient, second);
  rig.arrive_plaintext(down());
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::not_serving, 2}}));
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  EXPECT_TRUE(rig.sent(Rig::kPlaintext).empty());
  EXPECT_EQ(rig.health(peer).send_counter, 1u);
  EXPECT_EQ(rig.health(peer).received, 1u);

  serve_until(rig.now + 1s);  // the lease was renewed: the counter is still free
  rig.arrive_datagram(kClient, second);
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::forwarded, 1}}));
}

TEST_F(Serving, HeartbeatsAreNotAnswered) {
  serve_until(rig.now);
  Heartbeat ask;
  ask.nonce = 4;
  rig.arrive_datagram(kClient, peer.ask(ask));
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::not_serving, 1}}));
}

TEST_F(Serving, ControlStillHearsWhatIsMeantForIt) {
  serve_until(rig.now);
  rig.arrive_datagram(kClient, peer.control(kRequestSize));
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::punted, 1}}));
  EXPECT_EQ(rig.punted(PuntClass::control).size(), 1u);
}

TEST_F(Serving, TheNodeItselfStillAnswersItsLink) {
  serve_until(rig.now);
  rig.arrive_plaintext(echo_request(address("10.99.0.2"), address("10.99.0.1"), 20));
  EXPECT_EQ(after_turn(), (Verdicts{{Verdict::answered, 1}}));
  EXPECT_EQ(rig.sent(Rig::kPlaintext).size(), 1u);
}

/// The deadline passes while a burst is being worked on: the clock goes on with each look at it.
TEST(ServingWithinABurst, IsLookedAtOnceMoreBeforeAnythingLeaves) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.facts.serving_until_ns = rig.now.ns + 1;  // looks at: turn, transmission
  rig.now_steps = Duration(1);
  for (int i = 0; i < 3; ++i) rig.arrive_plaintext(down());
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::not_serving, 3}}));
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  EXPECT_EQ(rig.health(peer).send_counter, 3u) << "they were sealed already";
}

/// The second burst of a turn does not go by what the clock said before the first.
TEST(ServingWithinATurn, IsLookedAtBeforeEachBurst) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.facts.serving_until_ns = rig.now.ns + 2;  // looks at: turn, transmission, burst
  rig.now_steps = Duration(1);
  rig.arrive_datagram(kClient, peer.seal(up()));
  rig.arrive_plaintext(down());
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 1}, {Verdict::not_serving, 1}}));
  EXPECT_EQ(rig.health(peer).received, 0u) << "it was not opened";
}

}  // namespace
}  // namespace jvpn::test
