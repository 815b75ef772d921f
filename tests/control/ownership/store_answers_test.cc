// SPDX-License-Identifier: Apache-2.0
// What becomes of births, binds and ends when the store's answers are late, lost or missing.
#include <gtest/gtest.h>

#include "control/records/store_keys.h"
#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

struct StoreAnswers : testing::Test {
  void SetUp() override {
    ASSERT_TRUE(client.connect());
    gateway.auto_commit = false;
  }
  void prove() {
    gateway.sent.clear();
    gateway.control(client.request(2), kMobile);
    gateway.control(client.answer(kMobile, 2), kMobile);
    ASSERT_EQ(gateway.asked.size(), 1u);
    gateway.sent.clear();
  }
  AttemptId attempt() const { return gateway.wanted().attempt; }
  void put(const StoreKey& key, std::optional<StoreValue> value) {
    gateway.store.begin(StoreTransaction{0, {}, {{key, std::move(value)}}});
    gateway.store.take_replies();
  }
  bool acknowledged() const { return client.last<ReattachAck>(kMobile).has_value(); }

  FakeGateway gateway;
  FakeClient client{gateway};
};

TEST_F(StoreAnswers, LostQuestionIsAskedAgainFromTheSameValueUnderANewAttempt) {
  prove();
  const StoreTransaction first = gateway.asked.at(0);
  const AttemptId before = attempt();
  gateway.settle(StoreOutcome::unknown, false);
  EXPECT_TRUE(gateway.sent.empty()) << "nothing is said while it is in doubt";
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.pass(200ms);
  ASSERT_EQ(gateway.asked.size(), 1u);
  EXPECT_NE(attempt(), before);
  EXPECT_EQ(gateway.asked[0].compares.at(0).expected, first.compares.at(0).expected);
  EXPECT_NE(gateway.asked[0].ticket, first.ticket);
  gateway.settle();
  EXPECT_TRUE(acknowledged());
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(StoreAnswers, LostAnswerIsFoundOutByTheSecondAttempt) {
  prove();
  gateway.settle(StoreOutcome::unknown, true);
  EXPECT_TRUE(gateway.sent.empty());
  gateway.pass(200ms);
  gateway.settle();  // refused by the real store: the first attempt is there
  EXPECT_TRUE(acknowledged());
  EXPECT_EQ(to_string(gateway.session().version), "1:4");
  gateway.auto_commit = true;
  client.learn_ack(kMobile);
  gateway.pass(2s);
  client.jump(kHome, 1);
  EXPECT_EQ(gateway.session().bound, kHome) << "it knows which attempt the store has";
}

TEST_F(StoreAnswers, BirthThatWaitedForASessionTakenByAnotherNodeIsNotLeftWaiting) {
  const StoreKey older = session_key(client.ack->session);
  EXPECT_FALSE(client.connect()) << "the older session's end is asked for first";
  SessionRecord taken = gateway.wanted();
  taken.attempt = AttemptId{77};
  taken.owner = {9, 1};
  put(older, write_session_record(taken));
  gateway.auto_commit = true;
  gateway.settle();
  EXPECT_EQ(gateway.slots.taken(), 0u);
  put(jvpn::peer_key(client.key.public_key), std::nullopt);
  EXPECT_TRUE(client.connect());
}

TEST_F(StoreAnswers, DoubtOutlivesAnUnavailableStore) {
  prove();
  gateway.settle(StoreOutcome::unknown, true);
  for (int n = 0; n < 2; ++n) {
    gateway.pass(2s);
    ASSERT_EQ(gateway.asked.size(), 1u);
    gateway.settle(StoreOutcome::unavailable, false);
    EXPECT_TRUE(gateway.sent.empty());
  }
  gateway.pass(2s);
  gateway.settle();
  EXPECT_TRUE(acknowledged());
}

TEST_F(StoreAnswers, UnavailableStoreDeniesTheMoveAndSaysSo) {
  prove();
  gateway.settle(StoreOutcome::unavailable, false);
  const auto reject = client.last<ReattachReject>(kMobile);
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason, Reason::store_unavailable);
  EXPECT_GE(reject->retry_after_ms, 37u);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kMobile);
  EXPECT_TRUE(gateway.asked.empty()) << "it is left alone for a while";
  gateway.pass(2s);
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kMobile);
  ASSERT_EQ(gateway.asked.size(), 1u);
  gateway.settle();
  EXPECT_TRUE(acknowledged());
}

TEST_F(StoreAnswers, NobodyIsBornWhileTheStoreIsAway) {
  prove();
  gateway.settle(StoreOutcome::unavailable, false);
  FakeClient newer(gateway, 0, 99);
  EXPECT_FALSE(newer.connect());
  EXPECT_TRUE(gateway.asked.empty());
  EXPECT_GE(gateway.counter("store_unavailable"), 1u);
}

TEST_F(StoreAnswers, SessionThatAnotherOwnerHasIsLetGo) {
  prove();
  const StoreKey key = session_key(client.current);
  SessionRecord taken = read_session_record(gateway.store.content().at(key)).value();
  taken.owner = {9, 1};
  StoreTransaction theft{1, {}, {{key, write_session_record(taken)}}};
  gateway.store.begin(theft);
  gateway.store.take_replies();
  gateway.settle();
  EXPECT_TRUE(gateway.core.sessions(gateway.now).empty());
  EXPECT_TRUE(gateway.views.empty()) << "its keys are gone";
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.events("OwnerReleased").size(), 1u);
}

TEST_F(StoreAnswers, EveryTransactionComparesTheNodesLife) {
  prove();
  const StoreCompare& life = gateway.asked[0].compares.at(1);
  EXPECT_EQ(life.key, life_key(1));
  EXPECT_EQ(life.expected, gateway.store.content().at(life_key(1)));
}

}  // namespace
}  // namespace jvpn::test
