// SPDX-License-Identifier: Apache-2.0
#include "control/path_race.h"

#include "tests/control/notice_fixture.h"

namespace jvpn::test {
namespace {

/// Someone at kElsewhere forwards the client's packets faster than the network does.
struct Race : Notice {
  /// Wins notice and CONFIRM for kElsewhere; the client itself is at kHome all the time.
  void win() {
    gateway.sent.clear();
    gateway.unbound(client.tag, kElsewhere);
    token = client.last<PathChallenge>(kHome).value_or(PathChallenge{}).token;
    gateway.pass(20ms);
    if (client.last<UnboundNotice>(kElsewhere)) {
      gateway.control(client.answer_notice(kElsewhere, 1), kElsewhere);
    }
  }
  void client_answers() { gateway.control(client.seal(PathResponse{PathId{1}, token}), kHome); }
  PathToken token;
};

TEST_F(Race, AnswerFromTheOldPathReverts) {
  win();
  ASSERT_EQ(gateway.session().bound, kElsewhere);
  ASSERT_EQ(gateway.session().total_switches, 1u);
  gateway.pass(5ms);
  client_answers();
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.session().state, State::attached);
  EXPECT_EQ(gateway.session().total_switches, 0u);
  const auto races = gateway.events("SecurityPathRaceSuspected");
  ASSERT_EQ(races.size(), 1u);
  EXPECT_EQ(races[0].reason, Reason::path_race_suspected);
  EXPECT_EQ(field(races[0], "barred_transport"), to_string(kElsewhere));
  EXPECT_EQ(gateway.events("TransportAttached").back().reason, Reason::path_race_suspected);
  EXPECT_EQ(to_string(gateway.session().bound_version), "1:7");
  const auto ack = client.last<ReattachAck>(kHome);
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->bound_version, gateway.session().bound_version);
  EXPECT_EQ(role_of(gateway.views.at(client.tag), kElsewhere, gateway.now), SourceRole::unbound);
}

TEST_F(Race, AnswerBeforeTheConfirmDeniesIt) {
  gateway.unbound(client.tag, kElsewhere);
  token = client.last<PathChallenge>(kHome)->token;
  gateway.pass(10ms);
  client_answers();
  gateway.control(client.answer_notice(kElsewhere, 1), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(client.last<ReattachReject>(kElsewhere)->reason, Reason::path_race_suspected);
  EXPECT_EQ(gateway.transitions().size(), 1u);
}

TEST_F(Race, WinnersSourceIsBarredForTenSeconds) {
  win();
  client_answers();
  gateway.sent.clear();
  gateway.pass(9s);
  gateway.unbound(client.tag, kElsewhere);
  gateway.control(client.request(2), kElsewhere);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("source_barred"), 2u);
  gateway.pass(1s);
  gateway.unbound(client.tag, kElsewhere);
  EXPECT_TRUE(client.last<UnboundNotice>(kElsewhere).has_value());
}

TEST_F(Race, BarFallsWithTheBindingThatItProtected) {
  win();
  client_answers();
  ASSERT_TRUE(client.learn_ack(kHome));
  gateway.pass(3s);
  gateway.healthy(client.tag, 3s);
  ASSERT_EQ(gateway.session().state, State::recovering);
  client.jump(kElsewhere, 1);
  EXPECT_EQ(gateway.session().bound, kElsewhere);
}

TEST_F(Race, LateAnswerDoesNotRevert) {
  win();
  gateway.pass(250ms);  // drain is longer than two round trips here
  client_answers();
  EXPECT_EQ(gateway.session().bound, kElsewhere);
}

TEST_F(Race, CopyOfTheConfirmUnderTheOldSourceDoesNotRevert) {
  gateway.unbound(client.tag, kRebound);
  const Datagram confirm = client.answer_notice(kRebound, 1);
  gateway.control(confirm, kRebound);
  ASSERT_EQ(gateway.session().bound, kRebound);
  const std::string before = gateway.picture();
  gateway.control(confirm, kHome);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Race, WrongTokenOrForeignSourceDoNotRevert) {
  win();
  const std::string before = gateway.picture();
  PathToken wrong = token;
  ++wrong.issued_ms;
  gateway.control(client.seal(PathResponse{PathId{1}, wrong}), kHome);
  gateway.control(client.seal(PathResponse{PathId{1}, token}), kMobile);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Race, OwnJumpIsNeverReverted) {
  gateway.unbound(client.tag, kElsewhere);
  token = client.last<PathChallenge>(kHome)->token;
  client.jump(kMobile, 2);
  client_answers();
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Race, AfterThreeRevertsTheBoundPathIsAskedFirst) {
  for (int n = 0; n < 3; ++n) {
    win();
    client.learn_ack(kElsewhere);
    client_answers();
    ASSERT_EQ(gateway.session().bound, kHome) << n;
    ASSERT_TRUE(client.learn_ack(kHome));
    gateway.pass(11s);
    gateway.healthy(client.tag);
  }
  gateway.sent.clear();
  gateway.unbound(client.tag, kElsewhere);
  EXPECT_FALSE(client.last<UnboundNotice>(kElsewhere).has_value());
  token = client.last<PathChallenge>(kHome).value().token;
  client_answers();
  gateway.pass(100ms);
  gateway.unbound(client.tag, kElsewhere);
  EXPECT_FALSE(client.last<UnboundNotice>(kElsewhere).has_value());
  gateway.pass(30ms);  // 1.5 round trips of 20 ms in silence
  gateway.unbound(client.tag, kElsewhere);
  EXPECT_TRUE(client.last<UnboundNotice>(kElsewhere).has_value());
}

TEST_F(Race, RevertsDoNotEatTheBudgetOfRebindings) {
  FakeGateway tight([] {
    Configured configured;
    configured.policy.switching.max_nat_rebinds_per_min = 1;
    return configured;
  }());
  FakeClient mover(tight);
  ASSERT_TRUE(mover.connect());
  tight.unbound(mover.tag, kElsewhere);
  const auto challenge = mover.last<PathChallenge>(kHome);
  tight.control(mover.answer_notice(kElsewhere, 1), kElsewhere);
  tight.control(mover.seal(PathResponse{PathId{1}, challenge->token}), kHome);
  ASSERT_EQ(tight.session().bound, kHome);
  ASSERT_TRUE(mover.learn_ack(kHome));
  tight.pass(1s);
  tight.unbound(mover.tag, kRebound);
  tight.control(mover.answer_notice(kRebound, 1), kRebound);
  EXPECT_EQ(tight.session().bound, kRebound);
}

}  // namespace
}  // namespace jvpn::test
