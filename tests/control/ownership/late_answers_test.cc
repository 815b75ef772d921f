// SPDX-License-Identifier: Apache-2.0
// What the store says late: while it makes a session ours, after that session has ended, or when we
// may not act any more.
#include <gtest/gtest.h>

#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct LateAnswers : TwoNodes {
  StoreKey key() const { return session_key(roamer->client.current); }
  SessionRecord stored(const StoreKey& at) const {
    return read_session_record(cluster.store.content().at(at)).value();
  }
  void put(const StoreKey& at, StoreValue value) {
    cluster.store.begin(StoreTransaction{0, {}, {{at, std::move(value)}}});
    ASSERT_EQ(cluster.store.take_replies().at(0).outcome, StoreOutcome::applied);
  }
  /// As an owner that hands it over, or takes it, leaves it behind.
  void put_owner(const StoreKey& at, const Owner& owner) {
    SessionRecord record = stored(at);
    ++record.attempt.value;
    record.owner = owner;
    record.state = State::recovering;
    record.tag = Tag{};
    record.version = {OwnerEpoch{record.version.owner_epoch.value + 1}, 1};
    put(at, write_session_record(record));
  }
};

// ---- the store has made a session ours, and its answer is on its way ----------------------------

struct LateAdoption : LateAnswers {
  void SetUp() override {
    LateAnswers::SetUp();
    run(3s);
    b->ticketed(roamer->request(), kMobile);
    for (int n = 0; n < 80 && b->counter("node_fenced") == 0; ++n) {
      run(100ms, false);
      b->ticketed(roamer->request(2, true), kMobile);
    }
    b->auto_commit = false;
    EXPECT_FALSE(roamer->ask(*b, kMobile, true));
    late = b->take_answers();
    ASSERT_EQ(stored(key()).owner, (Owner{2, 200}));
  }
  void expect_nothing_done() const {
    EXPECT_EQ(b->core.live_sessions(), 0u);
    EXPECT_TRUE(b->events("OwnerAcquired").empty());
  }
  std::vector<StoreReply> late;
};

TEST_F(LateAdoption, WhatAPollFindsMeanwhileWaitsForTheAnswer) {
  b->auto_commit = true;
  run(1500ms, false);
  expect_nothing_done();
  b->hear(late);
  EXPECT_EQ(b->events("OwnerAcquired").size(), 1u);
  EXPECT_TRUE(roamer->learn(*b, kMobile));
  EXPECT_EQ(b->session().bound, kMobile);
}

TEST_F(LateAdoption, WhatIsReadForAClientMeanwhileWaitsForTheAnswer) {
  b->pass(300ms);
  b->ticketed(roamer->request(2, true), kMobile);
  expect_nothing_done();
  b->hear(late);
  EXPECT_EQ(b->events("OwnerAcquired").size(), 1u);
  EXPECT_EQ(b->session().id, roamer->client.current);
}

// ---- a session ends while the store is being read -----------------------------------------------

/// A birth of its peer was refused for this session, which has come back meanwhile: a read for the
/// sake of the birth is on its way, and is answered when the session has ended.
struct OldReads : LateAnswers {
  void SetUp() override {
    LateAnswers::SetUp();
    pointer = cluster.store.content().at(jvpn::peer_key(roamer->client.key.public_key));
    a->auto_commit = false;
    EXPECT_FALSE(FakeClient(*a, 0, 9).connect());
    put_owner(key(), {9, 1});
    a->settle();  // no end: it is another node's, so the birth is asked for
    put_owner(key(), {1, 100});
    a->ticketed(roamer->request(), kMobile);
    ASSERT_EQ(a->session().id, roamer->client.current);
    a->auto_read = false;
    a->settle();
    ASSERT_EQ(a->reads.size(), 1u);
    a->auto_commit = true;
  }
  /// The store reads now, and answers when the session has ended.
  void read_and_end() {
    late = a->take_answers();
    ASSERT_TRUE(a->terminate(roamer->client.current));
    ASSERT_EQ(stored(key()).state, State::terminated);
  }
  void hear_and_expect_nothing() {
    const std::size_t said = a->audit.size();
    a->hear(late);
    EXPECT_EQ(a->core.live_sessions(), 0u);
    EXPECT_EQ(a->audit.size(), said);
  }
  StoreValue pointer;
  std::vector<StoreReply> late;
};

TEST_F(OldReads, DoNotReviveWhatHasEndedSince) {
  read_and_end();
  hear_and_expect_nothing();
}

TEST_F(OldReads, DoNotBringBackWhatAnotherNodeHasTakenSince) {
  late = a->take_answers();
  put_owner(key(), {9, 1});
  ASSERT_TRUE(a->terminate(roamer->client.current));
  ASSERT_EQ(a->events("OwnerReleased").back().reason, Reason::ownership_conflict);
  hear_and_expect_nothing();
}

TEST_F(OldReads, AreNotTakenForTheAnswerToALaterRead) {
  read_and_end();
  a->ticketed(roamer->request(), kMobile);
  hear_and_expect_nothing();
  a->sent.clear();
  a->hear(a->take_answers());
  EXPECT_TRUE(roamer->last<Terminate>(*a, kMobile).has_value());
}

TEST_F(OldReads, CountForNothingInAPollOnceALaterReadIsAskedFor) {
  a->reads.clear();
  for (int n = 0; n < 20 && a->reads.empty(); ++n) a->pass(100ms);
  ASSERT_EQ(a->reads.size(), 1u) << "a poll, since a renewal was settled";
  read_and_end();
  put(jvpn::peer_key(roamer->client.key.public_key), pointer);  // as a birth may have read it
  EXPECT_FALSE(FakeClient(*a, 0, 11).connect());
  ASSERT_EQ(a->reads.size(), 1u) << "what the birth was refused for";
  hear_and_expect_nothing();
}

// ---- the answer comes when much has changed -----------------------------------------------------

TEST_F(LateAnswers, EndThatIsSettledLateLeavesThePeersNewSessionAlone) {
  a->auto_commit = false;
  ASSERT_TRUE(a->terminate(roamer->client.current));
  const auto late = a->take_answers();
  a->auto_commit = true;
  FakeClient newer(*b, 0, 9);
  ASSERT_TRUE(newer.connect()) << "the store has no session of the peer any more";
  put_owner(session_key(newer.current), {1, 100});
  const WishRecord wish{AttemptId{8}, newer.current, {3, 300}, OwnerEpoch{2}};
  put(wish_key(newer.current), write_record(wish));
  for (int n = 0; n < 15; ++n) a->pass(100ms);
  ASSERT_EQ(a->core.live_sessions(), 2u);
  a->hear(late);
  ASSERT_EQ(a->core.live_sessions(), 1u);
  EXPECT_EQ(a->session().id, newer.current);
  EXPECT_EQ(a->events("SessionTerminated").size(), 1u);
  FakeClient newest(*a, 0, 11);
  EXPECT_TRUE(newest.connect()) << "its peer knows the session that a birth must end";
  EXPECT_EQ(a->events("SessionTerminated").back().session, newer.current);
  EXPECT_EQ(a->events("SessionTerminated").back().reason, Reason::superseded);
}

TEST_F(LateAnswers, ABirthThatTheStoreHasIsNotTakenInForAnothersWishBeforeItsAnswer) {
  auto c = cluster.start(3, 300);
  ASSERT_TRUE(a->terminate(roamer->client.current));
  c->auto_commit = false;
  FakeClient newborn(*c, 0, 9);
  EXPECT_FALSE(newborn.connect());
  const auto late = c->take_answers();
  const WishRecord wish{AttemptId{8}, newborn.ack->session, {2, 200}, OwnerEpoch{1}};
  ASSERT_TRUE(cluster.store.content().contains(session_key(wish.session)));
  put(wish_key(wish.session), write_record(wish));
  c->auto_commit = true;
  for (int n = 0; n < 20; ++n) c->pass(100ms);
  EXPECT_GE(c->counter("birth_under_way"), 1u);
  EXPECT_TRUE(c->events("OwnerAcquired").empty());
  c->hear(late);
  EXPECT_EQ(c->events("SessionCreated").size(), 1u);
  EXPECT_EQ(c->session().id, wish.session);
}

TEST_F(LateAnswers, WhatAPollFindsBehindTheDeadlineIsNotActedUpon) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  run(3s);
  EXPECT_FALSE(roamer->ask(*b, kMobile, true));
  ASSERT_TRUE(cluster.store.content().contains(wish_key(roamer->client.current)));
  b->auto_read = false;
  for (int n = 0; n < 50 && stored(key()).owner.node == 1; ++n) run(100ms);
  ASSERT_EQ(stored(key()).owner, (Owner{2, 200}));
  for (int n = 0; n < 20 && b->reads.empty(); ++n) b->pass(100ms);
  const auto late = b->take_answers();
  ASSERT_FALSE(late.empty());
  b->store_reachable = false;
  while (b->now < *b->serving_until) b->pass(100ms);
  b->hear(late);
  EXPECT_EQ(b->core.live_sessions(), 0u);
  EXPECT_TRUE(b->events("OwnerAcquired").empty());
  EXPECT_TRUE(b->asked.empty());
  b->store_reachable = true;
  b->auto_read = true;
  for (int n = 0; n < 40; ++n) b->pass(100ms);
  EXPECT_EQ(b->events("OwnerAcquired").size(), 1u) << "it may act again, and has read anew";
}

}  // namespace
}  // namespace jvpn::test
