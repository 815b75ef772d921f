// SPDX-License-Identifier: Apache-2.0
// What a reattach is while the store has not committed it, and when it does not.
#include "tests/control/reattach_fixture.h"

namespace jvpn::test {
namespace {

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
  gateway.pass(7999ms);
  EXPECT_EQ(gateway.picture(), before);
  EXPECT_EQ(gateway.asked.size(), 1u);
  gateway.settle();
  EXPECT_TRUE(client.last<ReattachAck>(kMobile).has_value());
  EXPECT_EQ(gateway.session().bound, kMobile);
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

TEST_F(Reattaching, EndThatIsWantedWhileBindingStopsItAndIsAskedFromWhatTheStoreHas) {
  gateway.auto_commit = false;
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kMobile);
  EXPECT_TRUE(gateway.terminate(client.current));
  EXPECT_TRUE(gateway.views.empty()) << "its keys are gone at once";
  gateway.settle();  // the bind applies, to nobody's knowledge; the end does not
  gateway.settle();
  EXPECT_EQ(gateway.transitions().back(), "ATTACHED->TERMINATED operator_terminated 1:2");
  EXPECT_FALSE(client.last<ReattachAck>(kMobile).has_value());
}

TEST_F(Reattaching, StoreReplyNobodyAskedForIsCounted) {
  gateway.feed(StoreInput{{999, StoreOutcome::applied, {}}});
  EXPECT_EQ(gateway.last_actions, 0u);
  EXPECT_EQ(gateway.counter("store_reply_unasked"), 1u);
}

}  // namespace
}  // namespace jvpn::test
