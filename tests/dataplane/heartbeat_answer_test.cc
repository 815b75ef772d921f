// SPDX-License-Identifier: Apache-2.0
#include "dataplane/heartbeat_answer.h"

#include <gtest/gtest.h>

#include "dataplane/heartbeat_reply.h"
#include "rig.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kElsewhere = endpoint("203.0.113.8:40000");

class HeartbeatAnswer : public testing::Test {
 protected:
  HeartbeatAnswer() { rig.attach(peer, kClient); }

  Heartbeat make_ask(std::uint64_t nonce, std::uint64_t echo) {
    Heartbeat ask;
    ask.path = PathId{3};
    ask.nonce = nonce;
    ask.echo = echo;
    ask.sent = peer.next_ + 1;
    ask.version = {OwnerEpoch{1}, 7};
    return ask;
  }
  void send(const Heartbeat& ask, const Endpoint& from = kClient) {
    rig.arrive_datagram(from, peer.ask(ask));
  }
  /// Asks 100 ms later and returns the reply.
  Heartbeat exchange(std::uint64_t nonce, std::uint64_t echo) {
    rig.now = rig.now + 100ms;
    send(make_ask(nonce, echo));
    const Packet datagram = udp_payload_of(rig.turn_and_take(Rig::kUnderlay));
    EXPECT_EQ(datagram.size(), kHeartbeatSize);
    return *read_heartbeat(peer.open(datagram)->inner);
  }
  void publish(std::uint32_t bound_sequence, const Endpoint& bound) {
    SessionView view = rig.view_of(peer, bound);
    view.bound_version.sequence = bound_sequence;
    peer.publish(*rig.table, view, rig.outer_to(bound));
  }

  Rig rig;
  TunnelPeer peer;
};

TEST_F(HeartbeatAnswer, EchoesTheNonceAndTellsVersionAndCounts) {
  rig.arrive_datagram(kClient, peer.seal(Packet(40, 0x99)));  // malformed inside, but received
  const Heartbeat reply = exchange(0xfeed, 0);
  EXPECT_EQ(reply.kind, HeartbeatKind::reply);
  EXPECT_EQ(reply.path, PathId{3});
  EXPECT_EQ(reply.echo, 0xfeedu);
  EXPECT_NE(reply.nonce, 0u);
  EXPECT_EQ(reply.sent, 1u);
  EXPECT_EQ(reply.received, 2u);
  EXPECT_EQ(reply.version, (StateVersion{OwnerEpoch{1}, 7}));
  EXPECT_EQ(rig.health(peer).peer_sent, 2u);
  EXPECT_EQ(rig.health(peer).received_at_ask, 2u);
  EXPECT_EQ(exchange(1, 0).sent, 2u);
}

TEST_F(HeartbeatAnswer, CountsAsEvidenceOnlyWhenOurNonceComesBack) {
  const Heartbeat first = exchange(1, 0);
  EXPECT_EQ(rig.health(peer).evidence_at, Instant{0});
  exchange(2, first.nonce ^ 0x100);
  EXPECT_EQ(rig.health(peer).evidence_at, Instant{0});
  exchange(3, first.nonce);
  EXPECT_EQ(rig.health(peer).evidence_at, rig.now);
}

TEST_F(HeartbeatAnswer, CountsEachNonceOnce) {
  const Heartbeat first = exchange(1, 0);
  exchange(2, first.nonce);
  const Instant counted = rig.now;
  for (int i = 0; i < 5; ++i) exchange(3, first.nonce);
  EXPECT_EQ(rig.health(peer).evidence_at, counted);
}

TEST_F(HeartbeatAnswer, CountsEchoesOfEarlierRepliesBecauseARoundTripMayBeLong) {
  std::vector<Heartbeat> replies;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t echo = i < 10 ? 0 : replies[static_cast<std::size_t>(i - 10)].nonce;
    replies.push_back(exchange(1, echo));
    if (i >= 10) {
      ASSERT_EQ(rig.health(peer).evidence_at, rig.now) << i;
    }
  }
  exchange(1, replies[100].nonce);
  EXPECT_NE(rig.health(peer).evidence_at, rig.now);
}

TEST_F(HeartbeatAnswer, CountsAsksInARowThatEchoNothingNew) {
  const Heartbeat first = exchange(1, 0);
  const Heartbeat second = exchange(2, first.nonce);
  EXPECT_EQ(rig.health(peer).unechoed, 0u);
  for (std::uint32_t lost = 1; lost <= 4; ++lost) {
    exchange(3, first.nonce);
    EXPECT_EQ(rig.health(peer).unechoed, lost);
  }
  exchange(4, second.nonce);
  EXPECT_EQ(rig.health(peer).unechoed, 0u);
}

TEST_F(HeartbeatAnswer, AsksThatComeTooFastForAnAnswerAreNoDrops) {
  exchange(1, exchange(1, 0).nonce);
  for (int i = 0; i < 5; ++i) send(make_ask(2, 0));
  rig.turn();
  EXPECT_EQ(rig.health(peer).unechoed, 0u);
}

TEST_F(HeartbeatAnswer, KeepsTheRoundTripThatTheClientMeasuredOverThisBinding) {
  Heartbeat ask = make_ask(1, 0);
  ask.rtt_us = 12'345;
  send(ask);
  rig.turn();
  EXPECT_EQ(rig.health(peer).rtt_us, 12'345u);
  publish(9, kElsewhere);
  rig.now = rig.now + 100ms;
  send(make_ask(2, 0), kElsewhere);
  rig.turn();
  EXPECT_EQ(rig.health(peer).rtt_us, 0u);
}

TEST_F(HeartbeatAnswer, AnAskThatWasOvertakenIsAnsweredButItsCountsAreNotTaken) {
  exchange(1, 0);
  const std::uint64_t said = rig.health(peer).peer_sent;
  ASSERT_GE(said, 1u);
  const auto answers = [&](const Heartbeat& ask) {
    rig.now = rig.now + 100ms;
    send(ask);
    return rig.turn_and_take(Rig::kUnderlay).size() > 0;
  };
  Heartbeat before_a_later_one = make_ask(2, 0);
  before_a_later_one.sent = said - 1;
  EXPECT_TRUE(answers(before_a_later_one));
  Heartbeat of_an_older_binding = make_ask(3, 0);
  of_an_older_binding.version = {OwnerEpoch{1}, 0};
  of_an_older_binding.sent = said + 1000;
  EXPECT_TRUE(answers(of_an_older_binding));
  EXPECT_EQ(rig.health(peer).peer_sent, said);
  EXPECT_EQ(rig.health(peer).unechoed, 1u);
  exchange(4, 0);
  EXPECT_GT(rig.health(peer).peer_sent, said);
}

TEST_F(HeartbeatAnswer, AnswersAtMostEveryTenMilliseconds) {
  send(make_ask(1, 0));
  send(make_ask(2, 0));
  rig.turn();
  rig.now = rig.now + 9ms;
  send(make_ask(3, 0));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 1}, {Verdict::absorbed, 2}}));
  EXPECT_EQ(rig.health(peer).received, 3u);
  rig.now = rig.now + 1ms;
  send(make_ask(4, 0));
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 1}}));
}

TEST_F(HeartbeatAnswer, StartsAfreshWithANewBinding) {
  const Heartbeat before = exchange(1, 0);
  exchange(2, before.nonce);
  const Heartbeat last = exchange(3, 0);
  publish(9, kElsewhere);
  rig.now = rig.now + 100ms;
  send(make_ask(4, last.nonce), kElsewhere);
  const Packet frame = rig.turn_and_take(Rig::kUnderlay);
  EXPECT_EQ(udp_destination_of(frame), kElsewhere);
  const Heartbeat reply = *read_heartbeat(peer.open(udp_payload_of(frame))->inner);
  EXPECT_EQ(reply.sent, 1u);
  EXPECT_EQ(reply.received, 1u);
  // What was echoed had gone to the old path: it proves nothing about the new one.
  EXPECT_EQ(rig.health(peer).evidence_at, Instant{0});
}

TEST_F(HeartbeatAnswer, TellsWhatWasSentOverTheNewBindingBeforeAnythingCame) {
  exchange(1, 0);
  publish(9, kElsewhere);
  const Packet packet = udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(9));
  for (int i = 0; i < 2; ++i) rig.arrive_plaintext(packet);
  rig.turn();
  // Nothing came over it: what is known is of the binding before.
  EXPECT_NE(rig.health(peer).bound_version.sequence, 9u);
  rig.now = rig.now + 100ms;
  send(make_ask(2, 0), kElsewhere);
  rig.turn();
  const Packet frame = rig.sent(Rig::kUnderlay).back();
  const Heartbeat reply = *read_heartbeat(peer.open(udp_payload_of(frame))->inner);
  EXPECT_EQ(reply.sent, 3u);
  EXPECT_EQ(reply.received, 1u);
  EXPECT_EQ(rig.health(peer).bound_version.sequence, 9u);
}

TEST_F(HeartbeatAnswer, SaysNothingToADrainingPath) {
  SessionView view = rig.view_of(peer, kElsewhere);
  view.draining = kClient;
  view.drain_until = rig.now + 250ms;
  view.bound_version.sequence = 9;
  peer.publish(*rig.table, view, rig.outer_to(kElsewhere));
  send(make_ask(1, 0), kClient);
  rig.turn();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::absorbed, 1}}));
  EXPECT_TRUE(rig.sent(Rig::kUnderlay).empty());
  EXPECT_EQ(rig.health(peer).peer_sent, 0u);
  EXPECT_EQ(rig.health(peer).received, 0u);
}

TEST_F(HeartbeatAnswer, NoncesDifferByKeyTagAndNumber) {
  const Bytes<16> key{1};
  EXPECT_EQ(reply_nonce(key, Tag(5), 0x1234) & 0xff, 0x34u);
  EXPECT_NE(reply_nonce(key, Tag(5), 1), reply_nonce(key, Tag(6), 1));
  EXPECT_NE(reply_nonce(key, Tag(5), 1), reply_nonce(Bytes<16>{2}, Tag(5), 1));
  EXPECT_NE(reply_nonce(key, Tag(5), 1) >> 8, reply_nonce(key, Tag(5), 257) >> 8);
}

}  // namespace
}  // namespace jvpn::test
