// SPDX-License-Identifier: Apache-2.0
#include "tests/control/connected_fixture.h"

namespace jvpn::test {
namespace {

struct Ending : Connected {
  void SetUp() override { connect({}); }
  void lose_binding() {
    gateway->pass(3s);
    gateway->healthy(client->tag, 3s);
    ASSERT_EQ(gateway->session().state, State::recovering);
  }
  bool alive() const { return !gateway->core.sessions(gateway->now).empty(); }
  std::string latest() const { return gateway->transitions().back(); }
};

TEST_F(Ending, OperatorsEndIsSaidOnceEverywhere) {
  gateway->pass(90s);
  EXPECT_TRUE(gateway->terminate(client->current));
  EXPECT_FALSE(alive());
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED operator_terminated 1:2");
  const auto ends = gateway->events("SessionTerminated");
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(field(ends[0], "session_age_ms"), "90000");
  EXPECT_EQ(field(ends[0], "transportless_age_ms"), "0");
  EXPECT_EQ(field(ends[0], "total_switches"), "0");
  const auto told = client->last<Terminate>(kHome);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->reason, Reason::operator_terminated);
  EXPECT_EQ(to_string(told->version), "1:2");
  EXPECT_FALSE(gateway->terminate(client->current));
  EXPECT_TRUE(gateway->core.live_tags().empty());
  EXPECT_EQ(gateway->stored_sessions(), 1u) << "a tombstone";
  gateway->pass(60s);
  EXPECT_EQ(gateway->stored_sessions(), 0u);
}

TEST_F(Ending, NoMoreTombstonesStandThanPolicyAllows) {
  Configured configured;
  configured.policy.limits.tombstones = 1;
  configured.peers = 2;
  gateway = std::make_unique<FakeGateway>(std::move(configured));
  FakeClient first(*gateway, 0);
  FakeClient second(*gateway, 1, 51);
  ASSERT_TRUE(first.connect());
  ASSERT_TRUE(second.connect());
  gateway->terminate(first.current);
  gateway->pass(1s);
  gateway->terminate(second.current);
  gateway->pass(1s);
  gateway->sent.clear();
  gateway->feed(DeadTagInput{first.tag, {kHome, 0, 200}});
  EXPECT_TRUE(gateway->sent.empty());
  gateway->feed(DeadTagInput{second.tag, {kHome, 0, 200}});
  EXPECT_EQ(gateway->sent.size(), 1u);
  EXPECT_EQ(gateway->stored_sessions(), 1u);
}

TEST_F(Ending, UntilTheStoreHasItTheSessionIsClosing) {
  gateway->auto_commit = false;
  gateway->terminate(client->current);
  EXPECT_EQ(gateway->views.size(), 0u);  // keys are gone already
  EXPECT_TRUE(gateway->sent.empty());
  EXPECT_EQ(gateway->transitions().size(), 1u);
  EXPECT_EQ(to_string(gateway->session().version), "1:1");
  EXPECT_TRUE(gateway->core.live_tags().empty());
  EXPECT_FALSE(gateway->terminate(client->current));
  gateway->feed(UnboundInput{client->tag, {kMobile, 0, 160}});
  EXPECT_EQ(gateway->last_actions, 0u);
  gateway->feed(ControlInput{client->tag, Bytes<40>{}, {kMobile, 0, 160}});
  EXPECT_EQ(gateway->last_actions, 0u);
  gateway->settle();
  EXPECT_FALSE(alive());
  EXPECT_TRUE(client->last<Terminate>(kHome).has_value());
}

TEST_F(Ending, RefusedByTheStoreIsAskedAgain) {
  gateway->auto_commit = false;
  gateway->terminate(client->current);
  gateway->settle(StoreOutcome::refused, false);
  EXPECT_TRUE(alive());
  gateway->pass(999ms);
  EXPECT_TRUE(gateway->asked.empty());
  gateway->pass(1ms);
  ASSERT_EQ(gateway->asked.size(), 1u);
  gateway->settle();
  EXPECT_FALSE(alive());
}

TEST_F(Ending, PeersTerminateIsAnsweredByOne) {
  const Datagram request = client->seal(Terminate{Reason::peer_terminated, {}}, {}, 0);
  gateway->control(request, kHome);
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED peer_terminated 1:2");
  ASSERT_EQ(gateway->sent.size(), 1u);
  EXPECT_LE(gateway->sent[0].payload.size(), request.size());
  EXPECT_EQ(client->open(gateway->sent[0].payload)->answers.value, client->number);
}

TEST_F(Ending, PeerMayEndFromAnySource) {
  gateway->control(client->seal(Terminate{}, {}, 0), kElsewhere);
  EXPECT_FALSE(alive());
  EXPECT_TRUE(client->last<Terminate>(kElsewhere).has_value());
}

TEST_F(Ending, LifetimeEndsExactlyThen) {
  gateway->pass(std::chrono::hours(8) - 1ms);
  EXPECT_TRUE(alive());
  EXPECT_EQ(gateway->core.next_deadline(), gateway->now + 1ms);
  gateway->pass(1ms);
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED session_lifetime_exceeded 1:2");
}

TEST_F(Ending, LifetimeDoesNotBeginAnewWithABinding) {
  gateway->pass(std::chrono::hours(7));
  client->jump(kMobile, 2);
  ASSERT_EQ(gateway->session().bound, kMobile);
  gateway->pass(std::chrono::hours(1) - 1ms);
  EXPECT_TRUE(alive());
  gateway->pass(1ms);
  EXPECT_FALSE(alive());
  EXPECT_EQ(gateway->events("SessionTerminated").at(0).reason, Reason::session_lifetime_exceeded);
}

TEST_F(Ending, TransportTtlRunsFromTheLossOfTheBinding) {
  lose_binding();
  gateway->pass(8s);
  EXPECT_EQ(latest(), "RECOVERING->DEGRADED recovery_window_exceeded 1:4");
  gateway->pass(6999ms);
  EXPECT_TRUE(alive());
  gateway->pass(1ms);
  EXPECT_EQ(latest(), "DEGRADED->TERMINATED transport_ttl_exceeded 1:5");
  EXPECT_EQ(field(gateway->events("SessionTerminated").at(0), "transportless_age_ms"), "15000");
  EXPECT_TRUE(gateway->sent.empty());  // nobody is bound who could be told
}

TEST_F(Ending, RecoveryWindowEndsTheSessionWherePolicySaysSo) {
  Policy policy;
  policy.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  connect(policy);
  lose_binding();
  gateway->pass(7999ms);
  EXPECT_TRUE(alive());
  gateway->pass(1ms);
  EXPECT_EQ(latest(), "RECOVERING->TERMINATED recovery_window_exceeded 1:4");
}

TEST_F(Ending, LifetimeComesBeforeTransportTtlBeforeRecoveryDeadline) {
  Policy policy;
  policy.session.max_lifetime = 18s;
  connect(policy);
  lose_binding();
  gateway->pass(15s);
  EXPECT_EQ(latest(), "RECOVERING->TERMINATED session_lifetime_exceeded 1:4");
  connect({});
  lose_binding();
  gateway->pass(15s);
  EXPECT_EQ(latest(), "RECOVERING->TERMINATED transport_ttl_exceeded 1:4");
}

TEST_F(Ending, ShutdownTellsEveryClient) {
  Configured configured;
  configured.peers = 3;
  FakeGateway house(std::move(configured));
  for (std::size_t n = 0; n < 3; ++n) {
    FakeClient guest(house, n, n);
    ASSERT_TRUE(guest.connect());
  }
  house.sent.clear();
  house.shutdown();
  EXPECT_TRUE(house.core.sessions(house.now).empty());
  EXPECT_EQ(house.sent.size(), 3u);
  EXPECT_EQ(house.slots.taken(), 0u);
}

TEST_F(Ending, TombstoneAnswersOnceASecondAndOnlyWhatIsLongEnough) {
  gateway->terminate(client->current);
  const Datagram terminate = gateway->take_sent().at(0).payload;
  const Datagram late = client->request(2);
  EXPECT_FALSE(gateway->control(late, kMobile));
  ASSERT_EQ(gateway->sent.size(), 1u);
  EXPECT_EQ(gateway->sent[0].payload, terminate);
  EXPECT_EQ(gateway->sent[0].destination, kMobile);
  gateway->control(late, kMobile);
  EXPECT_EQ(gateway->sent.size(), 1u);
  gateway->pass(1s);
  gateway->control(client->seal(Call{}, {}, 0), kMobile);  // shorter than the answer
  EXPECT_EQ(gateway->sent.size(), 1u);
  gateway->control(late, kMobile);
  EXPECT_EQ(gateway->sent.size(), 2u);
  gateway->pass(59s);
  gateway->control(late, kMobile);
  EXPECT_EQ(gateway->sent.size(), 2u);
  EXPECT_EQ(gateway->core.next_deadline(), Instant::never());
}

TEST_F(Ending, TooManyMalformedMessagesWithinAMinuteAreASecurityFailure) {
  const auto malformed = [&] { gateway->control(client->seal(HandshakeDone{}), kHome); };
  for (int n = 0; n < 16; ++n) malformed();
  EXPECT_TRUE(alive());
  gateway->pass(60s);
  for (int n = 0; n < 16; ++n) malformed();
  EXPECT_TRUE(alive());
  malformed();
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED security_failure 1:2");
  ASSERT_EQ(gateway->events("SecurityValidationFailed").size(), 1u);
  EXPECT_EQ(gateway->events("SecurityValidationFailed").at(0).reason, Reason::bad_proof);
}

TEST_F(Ending, ReplaysOfMalformedMessagesDoNotCount) {
  const Datagram malformed = client->seal(HandshakeDone{});
  for (int n = 0; n < 100; ++n) gateway->control(malformed, kHome);
  EXPECT_TRUE(alive());
}

TEST_F(Ending, MessagesOfAnotherSessionOrWithoutAPrefixAreMalformed) {
  const Message foreign{OwnerEpoch{1}, MessageNumber{50}, {}, SessionId{}, PathResponse{}};
  Bytes<kMaxMessageSize> plain;
  const std::size_t size = write_message(foreign, plain);
  for (const std::size_t cut : {size, std::size_t{7}, std::size_t{0}}) {
    gateway->feed(ControlInput{client->tag, ByteView(plain).first(cut), {kHome, 0, 256}});
    EXPECT_EQ(gateway->last_actions, 0u);
  }
  EXPECT_EQ(gateway->counter("control_malformed"), 3u);
}

}  // namespace
}  // namespace jvpn::test
