// SPDX-License-Identifier: Apache-2.0
// A bind that the store does not settle: the session's ends come in time all the same, and whatever
// the store has then is found out by the next transaction.
#include "control/records/store_keys.h"
#include "tests/control/reattach_fixture.h"

namespace jvpn::test {
namespace {

struct Unsettled : Reattaching {
  void SetUp() override {
    Reattaching::SetUp();
    gateway.auto_commit = false;
  }
  void prove(std::uint8_t path = 2) {
    gateway.control(client.request(path), kMobile);
    gateway.control(client.answer(kMobile, path), kMobile);
    ASSERT_EQ(gateway.asked.size(), 1u);
    gateway.sent.clear();
  }
  /// The bind's question gets lost on its way: it is never applied.
  void lose_bind() { gateway.asked.erase(gateway.asked.begin()); }
  SessionRecord stored() const {
    return read_session_record(gateway.store.content().at(session_key(client.current))).value();
  }
  std::string latest() const { return gateway.transitions().back(); }
};

TEST_F(Unsettled, LifetimeEndsTheSessionAllTheSame) {
  gateway.pass(std::chrono::hours(8) - 1s);
  prove();
  EXPECT_EQ(gateway.core.next_deadline(), gateway.now + 1s);
  gateway.pass(1s);
  EXPECT_TRUE(gateway.views.empty()) << "no data flows any more";
  EXPECT_EQ(gateway.counter("bind_abandoned"), 1u);
  ASSERT_EQ(gateway.asked.size(), 2u);
  EXPECT_EQ(gateway.transitions().size(), 1u) << "the end is said when the store has it";
  lose_bind();
  gateway.settle();
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED session_lifetime_exceeded 1:2");
  EXPECT_EQ(stored().state, State::terminated);
}

TEST_F(Unsettled, EndFollowsTheBindThatAppliedToNobodysKnowledge) {
  gateway.pass(std::chrono::hours(8) - 1s);
  prove();
  gateway.settle(StoreOutcome::unknown, true);
  gateway.pass(1s);
  lose_bind();  // it was about to be tried again
  ASSERT_EQ(gateway.asked.size(), 1u);
  gateway.settle();  // refused: the bind is there
  ASSERT_EQ(gateway.asked.size(), 1u);
  EXPECT_EQ(to_string(read_session_record(gateway.asked[0].compares[0].expected.value())->version),
            "1:4");
  gateway.settle();
  EXPECT_EQ(latest(), "ATTACHED->TERMINATED session_lifetime_exceeded 1:2");
  EXPECT_EQ(stored().state, State::terminated);
  EXPECT_FALSE(client.last<ReattachAck>(kMobile).has_value());
}

TEST_F(Unsettled, TransportTtlEndsTheSessionAllTheSame) {
  lose_binding();
  gateway.pass(14s);
  prove();
  gateway.pass(1s);
  EXPECT_TRUE(gateway.views.empty());
  ASSERT_EQ(gateway.asked.size(), 2u);
  lose_bind();
  gateway.settle();
  EXPECT_EQ(latest(), "DEGRADED->TERMINATED transport_ttl_exceeded 1:5");
}

TEST_F(Unsettled, RecoveryEndsWithItsWindow) {
  lose_binding();
  gateway.pass(7s);
  prove();
  gateway.pass(1s);
  EXPECT_EQ(latest(), "RECOVERING->DEGRADED recovery_window_exceeded 1:4");
  EXPECT_TRUE(gateway.sent.empty()) << "nobody hears of the bind";
  gateway.settle();  // applied after all
  EXPECT_EQ(gateway.counter("store_reply_unasked"), 1u);
  EXPECT_TRUE(gateway.session().bound.is_unset());
  gateway.auto_commit = true;
  client.jump(kMobile, 2);
  EXPECT_EQ(rejected(kMobile), Reason::atomicity_failed) << "the store has what nobody counted on";
  client.jump(kMobile, 2);
  EXPECT_TRUE(client.last<ReattachAck>(kMobile).has_value());
  EXPECT_EQ(stored().version, gateway.session().version);
  EXPECT_EQ(stored().bound_version, gateway.session().bound_version);
}

TEST_F(Unsettled, BindWaitsForTheStoreNoLongerThanARecoveryMayLast) {
  prove();
  gateway.pass(7999ms);
  EXPECT_EQ(gateway.counter("bind_abandoned"), 0u);
  gateway.pass(1ms);
  EXPECT_EQ(gateway.counter("bind_abandoned"), 1u);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.transitions().size(), 1u);
  gateway.pass(1ms);
  gateway.healthy(client.tag, 3s);
  EXPECT_EQ(latest(), "VOLATILE->RECOVERING dead_transport_recovery 1:3") << "judged again";
}

TEST_F(Unsettled, LateAnswerToAnAbandonedBindIsForNobody) {
  prove();
  const StoreTransaction bind = gateway.asked.at(0);
  gateway.pass(8s);
  gateway.asked.clear();
  const std::string before = gateway.picture();
  gateway.feed(StoreInput{{bind.ticket, StoreOutcome::applied, {}}});
  EXPECT_EQ(gateway.picture(), before);
  gateway.pass(10ms);
  EXPECT_TRUE(gateway.asked.empty()) << "it is not asked again";
}

TEST_F(Unsettled, PolicyThatIsInForceAtTheCommitDecides) {
  prove();
  Policy strict = gateway.setup.policy;
  strict.version = "1.1";
  strict.switching.max_switches_per_min = 0;
  ASSERT_TRUE(gateway.apply(strict));
  gateway.settle();
  EXPECT_EQ(rejected(kMobile), Reason::switch_rate_limited);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(to_string(gateway.session().version), "1:1");
  const auto denied = gateway.events("TransportSwitchDenied");
  ASSERT_EQ(denied.size(), 1u);
  EXPECT_EQ(denied[0].policy_version, "1.1");
  strict.version = "1.2";
  strict.switching.max_switches_per_min = 8;
  ASSERT_TRUE(gateway.apply(strict));
  gateway.auto_commit = true;
  client.jump(kMobile, 2);
  EXPECT_TRUE(client.last<ReattachAck>(kMobile).has_value()) << "it knows what the store has";
  EXPECT_EQ(stored().version, gateway.session().version);
}

TEST_F(Unsettled, PolicyByGraceHoldsForTheJumpThatItMeets) {
  prove();
  Policy grace = gateway.setup.policy;
  grace.version = "1.1";
  grace.apply = PolicyApply::grace;
  grace.switching.max_switches_per_min = 0;
  ASSERT_TRUE(gateway.apply(grace));
  gateway.settle();
  EXPECT_EQ(rejected(kMobile), Reason::switch_rate_limited);
  EXPECT_EQ(gateway.events("TransportSwitchDenied").at(0).policy_version, "1.1");
}

}  // namespace
}  // namespace jvpn::test
