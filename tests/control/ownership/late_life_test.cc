// SPDX-License-Identifier: Apache-2.0
// What becomes of questions whose answer comes when the life that asked them is over, or when the
// node may act again; and of those that there is no room for.
#include <gtest/gtest.h>

#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct LateLife : TwoNodes {
  /// Somebody fences the node, which begins another life.
  void end_life(FakeGateway& node) {
    const StoreKey key = life_key(node.setup.node);
    LifeRecord life = *read_life_record(cluster.store.content().at(key));
    life.fenced = true;
    cluster.store.begin(StoreTransaction{0, {}, {{key, write_record(life)}}});
    cluster.store.take_replies();
    for (int n = 0; n < 30; ++n) node.pass(100ms);
    ASSERT_EQ(node.counter("life_lost"), 1u);
    ASSERT_GT(*node.serving_until, node.now);
  }
  void prove_at_a() {
    a->sent.clear();
    a->ticketed(roamer->request(), kMobile);
    a->ticketed(roamer->confirm(*a, kMobile), kMobile);
    ASSERT_EQ(a->asked.size(), 1u);
    a->sent.clear();
  }
};

TEST_F(LateLife, BirthOfALifeThatIsOverIsFoundInTheStoreAndNotMadeTwice) {
  ASSERT_TRUE(a->terminate(roamer->client.current));
  a->auto_commit = false;
  FakeClient newer(*a, 0, 9);
  EXPECT_FALSE(newer.connect());
  const auto late = a->take_answers();
  a->auto_commit = true;
  end_life(*a);
  ASSERT_EQ(a->session().id, newer.ack->session);
  a->hear(late);
  EXPECT_EQ(a->counter("settled_too_late"), 1u);
  EXPECT_EQ(to_string(a->session().version), "2:1");
  EXPECT_EQ(a->events("SessionCreated").size(), 1u) << "the one that was ended";
  EXPECT_EQ(a->slots.taken(), 0u);
  FakeClient newest(*a, 0, 11);
  EXPECT_TRUE(newest.connect()) << "no birth is left waiting";
}

TEST_F(LateLife, QuestionOfALifeThatIsOverIsAskedAnew) {
  FakeClient asking(*b, 0, 9);
  asking.current = roamer->client.current;
  b->auto_read = false;
  EXPECT_FALSE(asking.begin()) << "the store is asked which session lives";
  const auto late = b->take_answers();
  b->auto_read = true;
  end_life(*b);
  b->hear(late);
  EXPECT_TRUE(b->take_sent().empty());
  EXPECT_EQ(b->counter("settled_too_late"), 1u);
  ASSERT_TRUE(asking.begin());
  EXPECT_EQ(asking.ack->live_session, roamer->client.current);
}

TEST_F(LateLife, WhatWasSettledBehindTheDeadlineIsActedOnOnceTheNodeMayActAgain) {
  a->auto_commit = false;
  prove_at_a();
  const auto late = a->take_answers();
  a->store_reachable = false;
  a->now = *a->serving_until;
  a->hear(late);
  EXPECT_EQ(a->session().bound, kHome);
  EXPECT_TRUE(a->sent.empty());
  a->store_reachable = true;
  a->auto_commit = true;
  for (int n = 0; n < 30; ++n) a->pass(100ms);
  EXPECT_EQ(a->session().bound, kMobile);
  EXPECT_TRUE(roamer->learn(*a, kMobile));
}

TEST_F(LateLife, TicketOfASessionThatTheStoreDoesNotHaveIsNotAnswered) {
  cluster.store.begin(
      StoreTransaction{0, {}, {{session_key(roamer->client.current), std::nullopt}}});
  cluster.store.take_replies();
  b->ticketed(roamer->request(), kMobile);
  EXPECT_TRUE(b->sent.empty());
  EXPECT_EQ(b->counter("unknown_session"), 1u);
}

TEST_F(LateLife, NoMoreSessionsArePursuedThanPolicyAllowsUntilAnOlderOneIsForgotten) {
  Policy policy = b->setup.policy;
  policy.version = "1.1";
  policy.limits.wishes = 1;
  ASSERT_TRUE(b->apply(policy));
  b->ticketed(roamer->request(), kMobile);
  Roamer newer(*a);
  ASSERT_TRUE(newer.connect());
  b->sent.clear();
  b->ticketed(newer.request(), kMobile);
  EXPECT_TRUE(b->sent.empty());
  EXPECT_EQ(b->counter("takeovers_full"), 1u);
  run(100ms);
  ASSERT_EQ(b->events("RateLimited").size(), 1u);
  EXPECT_EQ(field(b->events("RateLimited")[0], "limit"), "wishes");
  run(20s);
  b->ticketed(newer.request(), kMobile);
  EXPECT_EQ(newer.rejected(*b, kMobile), Reason::owner_elsewhere);
}

}  // namespace
}  // namespace jvpn::test
