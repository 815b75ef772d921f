// SPDX-License-Identifier: Apache-2.0
#include "tests/control/reattach_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Reattaching, JumpWhileAttachedRunsThreeTransitionsInOneStep) {
  client.jump(kMobile, 2);
  EXPECT_EQ(new_transitions(), (Strings{"ATTACHED->VOLATILE peer_transport_changed 1:2",
                                        "VOLATILE->RECOVERING loss_recovery 1:3",
                                        "RECOVERING->ATTACHED reattach_success 1:4"}));
  const SessionInfo info = gateway.session();
  EXPECT_EQ(info.bound, kMobile);
  EXPECT_EQ(to_string(info.bound_version), "1:4");
  EXPECT_EQ(info.total_switches, 1u);
  EXPECT_EQ(info.id, client.current);
  const auto ack = client.last<ReattachAck>(kMobile);
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->bound_version, info.bound_version);
  EXPECT_EQ(ack->version, info.version);
  EXPECT_EQ(ack->observed, kMobile);
  EXPECT_EQ(ack->tag, client.tag);
}

TEST_F(Reattaching, JumpThatPolicyForcesOnTheClientSaysSo) {
  client.jump(kMobile, 2, Reason::policy_forced_recovery);
  EXPECT_EQ(new_transitions().at(1), "VOLATILE->RECOVERING policy_forced_recovery 1:3");
  EXPECT_EQ(gateway.events("TransportSwitch").at(0).reason, Reason::policy_forced_recovery);
}

TEST_F(Reattaching, JumpIsToldAsOneSwitch) {
  gateway.pass(10ms);
  gateway.control(client.request(2, Reason::consecutive_drop_exceeded), kMobile);
  gateway.pass(40ms);
  gateway.control(client.answer(kMobile, 2, Reason::consecutive_drop_exceeded), kMobile);
  const auto switches = gateway.events("TransportSwitch");
  ASSERT_EQ(switches.size(), 1u);
  EXPECT_EQ(switches[0].reason, Reason::consecutive_drop_exceeded);
  EXPECT_EQ(field(switches[0], "previous_transport"), "192.0.2.1:4000");
  EXPECT_EQ(field(switches[0], "new_transport"), "198.51.100.7:5000");
  EXPECT_EQ(field(switches[0], "candidate_count"), "2");
  EXPECT_EQ(field(switches[0], "switch_latency_ms"), "40");
  EXPECT_EQ(field(switches[0], "explicit"), "true");
  EXPECT_EQ(to_string(switches[0].version), "1:4");
  ASSERT_EQ(gateway.events("ReattachAttempt").size(), 1u);
  EXPECT_EQ(field(gateway.events("ReattachResult").at(0), "status"), "accepted");
}

TEST_F(Reattaching, OldPathDrainsAndThenIsNobody) {
  client.jump(kMobile, 2);
  const SessionView now_bound = view();
  EXPECT_EQ(role_of(now_bound, kMobile, gateway.now), SourceRole::bound);
  EXPECT_EQ(role_of(now_bound, kHome, gateway.now + 249ms), SourceRole::draining);
  EXPECT_EQ(role_of(now_bound, kHome, gateway.now + 250ms), SourceRole::unbound);
}

TEST_F(Reattaching, RequestAloneChangesNothingButGetsAChallenge) {
  const std::string before = gateway.picture();
  gateway.sent.clear();
  gateway.control(client.request(2), kMobile);
  EXPECT_EQ(gateway.picture(), before);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_EQ(gateway.sent[0].destination, kMobile);
  EXPECT_LE(gateway.sent[0].payload.size(), kRequestSize);
  const auto challenge = client.last<ReattachChallenge>(kMobile);
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->observed, kMobile);
  EXPECT_EQ(challenge->token.number, client.number);
}

TEST_F(Reattaching, NoAnswerIsLongerThanItsQuestion) {
  gateway.sent.clear();
  gateway.control(client.seal(ReattachRequest{client.fields(2)}, {}, 0), kMobile);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("answer_too_long"), 1u);
}

TEST_F(Reattaching, RecoveringSessionBindsWithOneTransition) {
  lose_binding();
  client.jump(kMobile, 2);
  EXPECT_EQ(new_transitions(), (Strings{"ATTACHED->VOLATILE heartbeat_timeout 1:2",
                                        "VOLATILE->RECOVERING dead_transport_recovery 1:3",
                                        "RECOVERING->ATTACHED reattach_success 1:4"}));
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Reattaching, VolatileSessionBindsWithTwoTransitions) {
  gateway.pass(2s);
  gateway.healthy(client.tag, 2s);
  client.jump(kMobile, 2);
  EXPECT_EQ(new_transitions(), (Strings{"ATTACHED->VOLATILE heartbeat_timeout 1:2",
                                        "VOLATILE->RECOVERING loss_recovery 1:3",
                                        "RECOVERING->ATTACHED reattach_success 1:4"}));
}

TEST_F(Reattaching, DegradedSessionWithoutBindingRetries) {
  lose_binding();
  gateway.pass(8s);
  ASSERT_EQ(gateway.session().state, State::degraded);
  client.jump(kMobile, 2);
  const Strings all = new_transitions();
  EXPECT_EQ((Strings{all.end() - 2, all.end()}),
            (Strings{"DEGRADED->RECOVERING recovery_retry 1:5",
                     "RECOVERING->ATTACHED reattach_success 1:6"}));
}

TEST_F(Reattaching, ComingBackToTheLostSourceIsNoSwitch) {
  lose_binding();
  client.jump(kHome, 1);
  EXPECT_EQ(gateway.session().state, State::attached);
  EXPECT_EQ(gateway.session().total_switches, 0u);
  EXPECT_TRUE(gateway.events("TransportSwitch").empty());
  EXPECT_EQ(gateway.events("TransportAttached").back().reason, Reason::reattach_success);
}

TEST_F(Reattaching, SourceThatIsBoundAlreadyGetsTheCurrentValuesAndNothingChanges) {
  const std::string before = gateway.picture();
  client.jump(kHome, 1);
  const auto ack = client.last<ReattachAck>(kHome);
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->bound_version, client.bound_version);
  EXPECT_EQ(gateway.picture(), before);
}

}  // namespace
}  // namespace jvpn::test
