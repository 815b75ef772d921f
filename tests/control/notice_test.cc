// SPDX-License-Identifier: Apache-2.0
#include "control/notice.h"

#include "tests/control/notice_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Notice, UnboundSourceChangesNothingAndIsAskedTogetherWithTheBoundPath) {
  const std::string before = gateway.picture();
  gateway.unbound(client.tag, kRebound);
  EXPECT_EQ(gateway.picture(), before);
  const auto notice = client.last<UnboundNotice>(kRebound);
  ASSERT_TRUE(notice.has_value());
  EXPECT_EQ(notice->observed, kRebound);
  EXPECT_EQ(notice->bound_version, client.bound_version);
  EXPECT_EQ(notice->token.number, 0u);
  EXPECT_TRUE(client.last<PathChallenge>(kHome).has_value());
  EXPECT_EQ(gateway.sent.size(), 2u);
}

TEST_F(Notice, IsNeverLongerThanWhatItsSourceSent) {
  gateway.unbound(client.tag, kRebound, kSmallAnswerSize - 1);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("notice_not_earned"), 1u);
  gateway.unbound(client.tag, kElsewhere, kSmallAnswerSize);
  ASSERT_TRUE(client.last<UnboundNotice>(kElsewhere).has_value());
  EXPECT_LE(gateway.sent.back().payload.size(), kSmallAnswerSize);
}

TEST_F(Notice, IsEarnedBySeveralSmallPacketsOfOneSourceAndPaidWithThem) {
  gateway.unbound(client.tag, kRebound, 80);
  gateway.unbound(client.tag, kElsewhere, 80);  // another source begins afresh
  gateway.unbound(client.tag, kRebound, 80);
  EXPECT_TRUE(gateway.sent.empty());
  gateway.unbound(client.tag, kRebound, 80);
  EXPECT_TRUE(client.last<UnboundNotice>(kRebound).has_value());
  gateway.pass(10ms);
  gateway.sent.clear();
  gateway.unbound(client.tag, kRebound, 80);
  EXPECT_TRUE(gateway.sent.empty());
}

TEST_F(Notice, AnswerOfAClientThatNeverHeardOfItsJumpIsAJumpBackAndNoRebinding) {
  gateway.pass(3s);
  gateway.healthy(client.tag);
  client.jump(kElsewhere, 2);  // the ACK is lost: the client knows no new version
  ASSERT_EQ(gateway.session().bound, kElsewhere);
  gateway.pass(3s);
  gateway.unbound(client.tag, kRebound);
  gateway.pass(50ms);
  client.bound_version = client.last<UnboundNotice>(kRebound)->bound_version;
  gateway.control(client.answer_notice(kRebound, 1), kRebound);
  ASSERT_EQ(gateway.session().bound, kRebound);
  const auto switches = gateway.events("TransportSwitch");
  ASSERT_EQ(switches.size(), 2u);
  EXPECT_EQ(switches.back().reason, Reason::peer_transport_changed);
  EXPECT_EQ(gateway.session().total_switches, 2u);
}

TEST_F(Notice, CreditIsForgottenAfterASecond) {
  gateway.unbound(client.tag, kRebound, 100);
  gateway.pass(1001ms);
  gateway.unbound(client.tag, kRebound, 100);
  EXPECT_TRUE(gateway.sent.empty());
}

TEST_F(Notice, IsSentAtMostOncePerInterval) {
  for (int n = 0; n < 10; ++n) gateway.unbound(client.tag, kRebound);
  EXPECT_EQ(gateway.sent.size(), 2u);
  EXPECT_EQ(gateway.counter("notice_rate_limited"), 9u);
  gateway.pass(10ms);
  gateway.unbound(client.tag, kRebound);
  EXPECT_EQ(gateway.sent.size(), 4u);
}

TEST_F(Notice, GoesNeitherToTheBoundNorToADrainingNorToAChallengedSource) {
  gateway.unbound(client.tag, kHome);
  EXPECT_TRUE(gateway.sent.empty());
  gateway.control(client.request(2), kMobile);
  gateway.sent.clear();
  gateway.unbound(client.tag, kMobile);
  EXPECT_TRUE(gateway.sent.empty());
  client.jump(kMobile, 2);
  gateway.sent.clear();
  gateway.unbound(client.tag, kHome);
  EXPECT_TRUE(gateway.sent.empty());
}

TEST_F(Notice, AnsweredMovesTheBindingAsANatRebinding) {
  gateway.unbound(client.tag, kRebound);
  gateway.pass(30ms);
  gateway.control(client.answer_notice(kRebound, 1), kRebound);
  EXPECT_EQ(gateway.session().bound, kRebound);
  EXPECT_EQ(gateway.session().state, State::attached);
  const auto switches = gateway.events("TransportSwitch");
  ASSERT_EQ(switches.size(), 1u);
  EXPECT_EQ(switches[0].reason, Reason::nat_rebind_detected);
  EXPECT_EQ(field(switches[0], "explicit"), "false");
  EXPECT_EQ(field(switches[0], "switch_latency_ms"), "30");
  EXPECT_EQ(field(switches[0], "latency_estimate_ms"), "30");
  EXPECT_TRUE(client.last<ReattachAck>(kRebound).has_value());
}

TEST_F(Notice, AnswerFromElsewhereBindsNothing) {
  gateway.unbound(client.tag, kRebound);
  gateway.control(client.answer_notice(kRebound, 1), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
}

TEST_F(Notice, WorksWithoutABinding) {
  gateway.pass(3s);
  gateway.healthy(client.tag, 3s);
  gateway.unbound(client.tag, kRebound);
  EXPECT_EQ(gateway.sent.size(), 1u);
  gateway.control(client.answer_notice(kRebound, 1), kRebound);
  EXPECT_EQ(gateway.session().bound, kRebound);
}

TEST_F(Notice, ForUnknownTagsIsCounted) {
  gateway.unbound(Tag(12345), kRebound);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("unknown_session"), 1u);
}

TEST_F(Notice, PathResponseThatNobodyAskedForIsCountedOnce) {
  const Datagram response = client.seal(PathResponse{PathId{1}, {}});
  gateway.control(response, kHome);
  gateway.control(response, kHome);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("path_response_unasked"), 1u);
  EXPECT_EQ(gateway.counter("replay_detected"), 1u);
}

}  // namespace
}  // namespace jvpn::test
