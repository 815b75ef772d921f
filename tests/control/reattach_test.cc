// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "control/path_token.h"
#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

using Strings = std::vector<std::string>;

struct Reattaching : testing::Test {
  void SetUp() override { ASSERT_TRUE(client.connect()); }
  /// Silence until the binding is gone.
  void lose_binding() {
    gateway.pass(3s);
    gateway.healthy(client.tag, 3s);
  }
  Strings new_transitions() {
    Strings all = gateway.transitions();
    all.erase(all.begin());  // the birth
    return all;
  }
  SessionView view() const { return gateway.views.at(client.tag); }
  Reason rejected(const Endpoint& at) const {
    return client.last<ReattachReject>(at).value_or(ReattachReject{}).reason;
  }

  FakeGateway gateway;
  FakeClient client{gateway};
};

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

TEST_F(Reattaching, LostAckIsRepeatedByteForByte) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  const auto first = gateway.take_sent();
  const std::string after = gateway.picture();
  gateway.pass(300ms);
  gateway.control(confirm, kMobile);
  const auto second = gateway.take_sent();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first.back().payload, second.back().payload);
  EXPECT_EQ(gateway.picture(), after);
}

TEST_F(Reattaching, RequestBehindTheDecisionGetsTheSameAckToo) {
  const Datagram request = client.request(2);
  gateway.control(request, kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  const auto first = gateway.take_sent();
  gateway.control(request, kMobile);
  EXPECT_EQ(gateway.take_sent().back().payload, first.back().payload);
}

TEST_F(Reattaching, LatestConfirmWhoseBindingIsGoneIsTold) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kMobile);
  client.learn_ack(kMobile);
  lose_binding();
  const std::string before = gateway.picture();
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::stale_state_version);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Reattaching, LatestConfirmFromElsewhereIsChallengedAtMostThreeTimes) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kMobile);
  const std::string after = gateway.picture();
  gateway.sent.clear();
  for (int n = 0; n < 6; ++n) gateway.control(confirm, kElsewhere);
  EXPECT_EQ(gateway.sent.size(), 3u);
  EXPECT_TRUE(client.last<ReattachChallenge>(kElsewhere).has_value());
  EXPECT_EQ(gateway.picture(), after);
}

TEST_F(Reattaching, CopyThatOutrunsItsOriginalFromElsewhereCostsOneChallenge) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(confirm, kMobile);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Reattaching, StaleBoundVersionIsRejectedWithTheCurrentOne) {
  const StateVersion old = client.bound_version;
  client.jump(kMobile, 2);
  client.learn_ack(kMobile);
  const StateVersion current = std::exchange(client.bound_version, old);
  const std::string before = gateway.picture();
  gateway.sent.clear();
  gateway.control(client.request(1), kHome);
  const auto reject = client.last<ReattachReject>(kHome);
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason, Reason::stale_state_version);
  EXPECT_EQ(reject->bound_version, current);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Reattaching, TokenIsOnlyGoodForItsSource) {
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.counter("path_not_validated"), 1u);
}

TEST_F(Reattaching, TokenExpires) {
  for (const Duration wait : {5000ms, 5001ms}) {
    FakeGateway other;
    FakeClient late(other);
    ASSERT_TRUE(late.connect());
    other.control(late.request(2), kMobile);
    other.pass(wait);
    other.control(late.answer(kMobile, 2), kMobile);
    EXPECT_EQ(other.session().bound == kMobile, wait == 5000ms);
  }
}

TEST_F(Reattaching, TokenThatTheClientInventsProvesNothing) {
  PathToken forged{token_clock_ms(gateway.now), client.number + 1, {}};
  gateway.control(client.seal(ReattachConfirm{client.fields(2), forged}), kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(client.request(2), kMobile);
  forged = client.last<ReattachChallenge>(kMobile)->token;
  forged.issued_ms += 1;
  gateway.control(client.seal(ReattachConfirm{client.fields(2), forged}), kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
}

TEST_F(Reattaching, NewerRequestVoidsTheOlder) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(client.request(3), kElsewhere);
  gateway.control(confirm, kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.counter("stale_request"), 1u);
  gateway.control(client.answer(kElsewhere, 3), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kElsewhere);
}

TEST_F(Reattaching, SourceThatCannotBeAnsweredIsNoCandidate) {
  for (const char* source : {"224.0.0.5:4000", "255.255.255.255:9", "[ff02::1]:4000"}) {
    const Endpoint from = endpoint(source);
    gateway.control(client.request(2), from);
    EXPECT_EQ(rejected(from), Reason::invalid_transport_candidate) << source;
  }
  EXPECT_EQ(gateway.counter("invalid_transport_candidate"), 3u);
}

TEST_F(Reattaching, WrongKeyEpochIsRejected) {
  Reattach fields = client.fields(2);
  fields.key_epoch = KeyEpoch{1};
  gateway.control(client.seal(ReattachRequest{fields}), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::key_expired);
}

TEST_F(Reattaching, SessionPastItsLifetimeIsExpiredEvenBeforeTheTick) {
  gateway.now = gateway.now + std::chrono::hours(8);
  gateway.control(client.request(2), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::session_expired);
}

TEST_F(Reattaching, SessionPastItsTransportTtlIsExpiredEvenBeforeTheTick) {
  lose_binding();
  gateway.now = gateway.now + 15s;
  gateway.control(client.request(2), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::session_expired);
}

TEST_F(Reattaching, OtherOwnerEpochIsNotForUs) {
  Message message{OwnerEpoch{2},
                  MessageNumber{++client.number},
                  {},
                  client.current,
                  ReattachRequest{client.fields(2)}};
  Bytes<kMaxMessageSize> plain;
  const std::size_t size = write_message(message, plain, kRequestSize);
  gateway.feed(ControlInput{client.tag, ByteView(plain).first(size), {kMobile, 0, 256}});
  EXPECT_EQ(gateway.last_actions, 0u);
  EXPECT_EQ(gateway.counter("other_owner_epoch"), 1u);
}

TEST_F(Reattaching, NothingIsAnsweredOrChangedBeforeTheStoreHasIt) {
  gateway.auto_commit = false;
  gateway.control(client.request(2), kMobile);
  const std::string before = gateway.picture();
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  EXPECT_EQ(gateway.picture(), before);
  EXPECT_TRUE(gateway.sent.empty());
  ASSERT_EQ(gateway.asked.size(), 1u);
  const auto& expected = gateway.asked[0].compares.at(0).expected;
  EXPECT_EQ(to_string(read_session_record(expected.value())->version), "1:1");
  EXPECT_EQ(to_string(gateway.wanted().version), "1:4");
  gateway.control(confirm, kMobile);
  gateway.control(client.request(3), kElsewhere);
  gateway.healthy(client.tag, 10s);
  gateway.pass(std::chrono::hours(9));
  EXPECT_EQ(gateway.picture(), before);
  EXPECT_EQ(gateway.asked.size(), 1u);
  gateway.settle();
  EXPECT_TRUE(client.last<ReattachAck>(kMobile).has_value());
  EXPECT_EQ(gateway.session().bound, kMobile);
  gateway.pass(1ms);  // what had to wait comes now
  EXPECT_EQ(gateway.wanted().state, State::terminated);
}

TEST_F(Reattaching, RefusedCommitKeepsTheLivingBinding) {
  gateway.auto_commit = false;
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kMobile);
  gateway.settle(StoreOutcome::refused, false);
  EXPECT_EQ(rejected(kMobile), Reason::atomicity_failed);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(to_string(gateway.session().version), "1:1");
  EXPECT_EQ(gateway.events("TransportSwitchFailed").size(), 1u);
  EXPECT_EQ(field(gateway.events("ReattachResult").at(0), "status"), "failed");
  gateway.auto_commit = true;
  client.jump(kMobile, 2);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Reattaching, RefusedCommitWithoutABindingDegrades) {
  lose_binding();
  gateway.auto_commit = false;
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kMobile);
  gateway.settle(StoreOutcome::refused, false);
  EXPECT_EQ(gateway.transitions().back(), "RECOVERING->DEGRADED atomicity_failed 1:4");
  EXPECT_EQ(client.last<ReattachReject>(kMobile)->version, gateway.session().version);
}

TEST_F(Reattaching, EndThatIsWantedWhileBindingComesAfterIt) {
  gateway.auto_commit = false;
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kMobile);
  EXPECT_TRUE(gateway.terminate(client.current));
  gateway.settle();
  gateway.settle();
  EXPECT_EQ(gateway.transitions().back(), "ATTACHED->TERMINATED operator_terminated 1:5");
}

TEST_F(Reattaching, StoreReplyNobodyAskedForIsCounted) {
  gateway.feed(StoreInput{{999, StoreOutcome::applied, {}}});
  EXPECT_EQ(gateway.last_actions, 0u);
  EXPECT_EQ(gateway.counter("store_reply_unasked"), 1u);
}

}  // namespace
}  // namespace jvpn::test
