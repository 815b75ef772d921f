// SPDX-License-Identifier: Apache-2.0
// Wishes for a session, as its owner finds them in the store: good ones, spent ones, nonsense, and
// stores that changed while it handed the session over.
#include <gtest/gtest.h>

#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct Wishes : testing::Test {
  void SetUp() override {
    owner = cluster.start(1, 100);
    roamer = std::make_unique<Roamer>(*owner);
    ASSERT_TRUE(roamer->connect());
    run(2s);
  }
  void run(Duration time) {
    for (Duration at{}; at < time; at += 100ms) owner->pass(100ms);
  }
  void put(const StoreKey& key, std::optional<StoreValue> value) {
    cluster.store.begin(StoreTransaction{0, {}, {{key, std::move(value)}}});
    ASSERT_EQ(cluster.store.take_replies().at(0).outcome, StoreOutcome::applied);
  }
  StoreKey key() const { return wish_key(roamer->client.current); }
  WishRecord wish_of(std::uint8_t node) const {
    return {AttemptId{7}, roamer->client.current, {node, 200}, OwnerEpoch{1}};
  }
  bool is_wished() const { return cluster.store.content().contains(key()); }
  /// Until the owner has taken the keys away from its worker, to hand the session over.
  void run_until_stopped() {
    for (int n = 0; n < 50 && !owner->views.empty(); ++n) owner->pass(100ms);
    ASSERT_TRUE(owner->views.empty());
    ASSERT_EQ(owner->core.live_sessions(), 1u);
  }

  Cluster cluster;
  std::unique_ptr<FakeGateway> owner;
  std::unique_ptr<Roamer> roamer;
};

TEST_F(Wishes, WhatIsNoWishIsCountedAndChangesNothing) {
  put(key(), StoreValue("\1\2\3"));
  run(3s);
  EXPECT_GE(owner->counter("record_malformed"), 1u);
  EXPECT_EQ(owner->session().bound, kHome);
}

TEST_F(Wishes, WishUnderTheKeyOfAnotherSessionIsNone) {
  WishRecord wish = wish_of(2);
  wish.session.bytes[0] ^= 1;
  put(key(), write_record(wish));
  run(3s);
  EXPECT_GE(owner->counter("record_malformed"), 1u);
  EXPECT_EQ(owner->session().bound, kHome);
}

TEST_F(Wishes, WishToAnEarlierOwnerIsTakenAway) {
  WishRecord wish = wish_of(2);
  wish.owner_epoch = OwnerEpoch{0};
  put(key(), write_record(wish));
  run(3s);
  EXPECT_FALSE(is_wished());
  EXPECT_TRUE(owner->events("OwnerRejected").empty());
  EXPECT_EQ(owner->session().bound, kHome);
}

TEST_F(Wishes, OwnWishThatNobodyPursuesAnyMoreIsTakenAway) {
  put(key(), write_record(wish_of(1)));
  run(3s);
  EXPECT_FALSE(is_wished());
  EXPECT_EQ(owner->session().bound, kHome);
}

TEST_F(Wishes, SilentSessionIsHandedToWhoWishesForIt) {
  put(key(), write_record(wish_of(2)));
  run(5s);
  EXPECT_EQ(owner->core.live_sessions(), 0u);
  ASSERT_EQ(owner->events("OwnerReleased").size(), 1u);
  EXPECT_EQ(owner->events("OwnerReleased")[0].reason, Reason::owner_elsewhere);
  EXPECT_FALSE(is_wished());
  const auto record =
      read_session_record(cluster.store.content().at(session_key(roamer->client.current)));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->owner, (Owner{2, 200}));
  EXPECT_EQ(record->version.owner_epoch, OwnerEpoch{2});
}

TEST_F(Wishes, WishThatIsWithdrawnInTheMiddleLeavesTheSessionHereWithoutKeys) {
  put(key(), write_record(wish_of(2)));
  run_until_stopped();
  put(key(), std::nullopt);
  run(2s);
  EXPECT_TRUE(owner->events("OwnerReleased").empty());
  const SessionInfo session = owner->session();
  EXPECT_EQ(session.id, roamer->client.current);
  EXPECT_EQ(session.state, State::recovering);
  EXPECT_EQ(session.version.owner_epoch, OwnerEpoch{2});
  EXPECT_TRUE(session.bound.is_unset());
}

TEST_F(Wishes, SessionThatSomebodyElseWroteInTheMiddleIsLost) {
  put(key(), write_record(wish_of(2)));
  run_until_stopped();
  const StoreKey session = session_key(roamer->client.current);
  auto taken = read_session_record(cluster.store.content().at(session)).value();
  taken.owner = {3, 300};
  taken.version.owner_epoch = OwnerEpoch{2};
  put(session, write_session_record(taken));
  run(2s);
  EXPECT_EQ(owner->core.live_sessions(), 0u);
  ASSERT_EQ(owner->events("OwnerReleased").size(), 1u);
  EXPECT_EQ(owner->events("OwnerReleased")[0].reason, Reason::ownership_conflict);
}

TEST_F(Wishes, AttemptOfOursThatCameLateDoesNotStopTheHandOver) {
  put(key(), write_record(wish_of(2)));
  run_until_stopped();
  const StoreKey session = session_key(roamer->client.current);
  put(session, with_attempt(cluster.store.content().at(session), AttemptId{99}));
  run(2s);
  EXPECT_EQ(owner->core.live_sessions(), 0u);
  ASSERT_EQ(owner->events("OwnerReleased").size(), 1u);
  EXPECT_EQ(owner->events("OwnerReleased")[0].reason, Reason::owner_elsewhere);
}

}  // namespace
}  // namespace jvpn::test
