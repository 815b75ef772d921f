// SPDX-License-Identifier: Apache-2.0
// Wishes, hand-over and drain: several gateways on one store.
#include <gtest/gtest.h>

#include <algorithm>

#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(TwoNodes, SilentButLivingOwnerHandsItOver) {
  run(3s);
  EXPECT_TRUE(is_handed_over());
  EXPECT_EQ(a->events("OwnerReleased").size(), 1u);
  EXPECT_TRUE(a->views.empty());
  EXPECT_EQ(b->session().bound, kMobile);
  EXPECT_EQ(b->session().id, roamer->client.current);
  EXPECT_FALSE(read_life_record(cluster.store.content().at(life_key(1)))->fenced);
  EXPECT_FALSE(cluster.store.content().contains(wish_key(roamer->client.current)));
}

TEST_F(TwoNodes, AgesOfWhatIsHandedOverDoNotDependOnWhenEachMachineWasStarted) {
  b = cluster.start(2, 201, a->now + 18000s);
  run(10s);
  ASSERT_TRUE(is_handed_over());
  EXPECT_GT(b->session().age_ms, 9'000);
  EXPECT_LT(b->session().age_ms, 30'000);
}

TEST_F(TwoNodes, AgesOfWhatIsTakenFromItsNewOwnerDoNotEither) {
  b = cluster.start(2, 201, a->now + 18000s);
  run(10s);
  b->ticketed(roamer->request(), kMobile);
  const auto record = [&] {
    return *read_session_record(cluster.store.content().at(session_key(roamer->client.current)));
  };
  for (int n = 0; n < 100 && record().owner.node != 2; ++n) {
    roamer->ask(*b, kMobile, true);
    run(100ms);
  }
  ASSERT_EQ(record().owner.node, 2);
  ASSERT_EQ(record().version.sequence, 1u) << "B has written nothing itself";
  auto c = cluster.start(3, 300, a->now);  // and B says no more
  for (int n = 0; n < 200 && c->core.sessions(c->now).empty(); ++n) {
    roamer->ask(*c, kMobile, true);
    c->pass(100ms);
  }
  EXPECT_GT(c->session().age_ms, 9'000);
  EXPECT_LT(c->session().age_ms, 60'000);
}

TEST_F(TwoNodes, WhatWasHandedToANodeThatNoLongerWaitedIsFoundWhenItIsWishedFor) {
  run(3s);
  const StoreKey key = session_key(roamer->client.current);
  SessionRecord lost = *read_session_record(cluster.store.content().at(key));
  lost.owner = {2, 200};
  lost.state = State::recovering;
  lost.tag = Tag{};
  lost.version = {OwnerEpoch{2}, 1};
  const WishRecord wish{AttemptId{8}, roamer->client.current, {3, 300}, OwnerEpoch{2}};
  const StoreKey wished = wish_key(roamer->client.current);
  cluster.store.begin(
      StoreTransaction{0, {}, {{key, write_session_record(lost)}, {wished, write_record(wish)}}});
  cluster.store.take_replies();
  run(1500ms, false);
  ASSERT_EQ(b->events("OwnerAcquired").size(), 1u);
  EXPECT_EQ(b->session().id, roamer->client.current);
  EXPECT_EQ(to_string(b->session().version), "2:1");
}

TEST_F(TwoNodes, WhatWasHandedToANodeThatWasSilentAlreadyHasJumpedNoLongerAgoForThat) {
  Policy policy;
  policy.version = "1.1";
  policy.switching.max_switches_per_min = 1;
  ASSERT_TRUE(b->apply(policy));
  run(3s);
  const StoreKey key = session_key(roamer->client.current);
  const auto ask_for = [&](Duration time) {
    for (Duration at{}; at < time && roamer->rejected(*b, kMobile) != Reason::switch_rate_limited;
         at += 100ms) {
      roamer->ask(*b, kMobile, true);
      run(100ms, false);
    }
  };
  ask_for(5s);  // A is watched, and silent
  SessionRecord handed = *read_session_record(cluster.store.content().at(key));
  handed.state = State::recovering;
  handed.tag = Tag{};
  handed.version = {OwnerEpoch{2}, 1};
  handed.tick_ms += 10'000;  // behind A's last renewal
  handed.jumps.push_back(56'000);
  cluster.store.begin(StoreTransaction{0, {}, {{key, write_session_record(handed)}}});
  cluster.store.take_replies();
  ask_for(5s);
  EXPECT_EQ(b->events("OwnerAcquired").size(), 1u);
  EXPECT_EQ(roamer->rejected(*b, kMobile), Reason::switch_rate_limited);
}

TEST_F(TwoNodes, BirthIsAskedForOnceThoughTheOlderSessionComesBackAndEnds) {
  const StoreKey key = session_key(roamer->client.current);
  SessionRecord older = *read_session_record(cluster.store.content().at(key));
  const auto put = [&](const SessionRecord& record) {
    cluster.store.begin(StoreTransaction{0, {}, {{key, write_session_record(record)}}});
    cluster.store.take_replies();
  };
  a->auto_commit = false;
  FakeClient newer(*a, 0, 9);
  EXPECT_FALSE(newer.connect());
  older.attempt = AttemptId{77};
  older.owner = {9, 1};
  put(older);
  a->settle();  // the older one's end is refused: it is another node's
  ASSERT_EQ(a->asked.size(), 1u) << "the birth";
  older.owner = {1, 100};
  older.state = State::recovering;
  older.tag = Tag{};
  older.version = {OwnerEpoch{2}, 1};
  put(older);
  a->ticketed(roamer->request(), kMobile);
  ASSERT_TRUE(a->terminate(older.id));
  ASSERT_EQ(a->asked.size(), 2u);
  std::swap(a->asked[0], a->asked[1]);  // the end is settled before the birth
  a->settle();
  EXPECT_TRUE(a->asked.empty()) << "and nothing is asked twice";
  EXPECT_EQ(a->session().id, newer.ack->session);
}

TEST_F(TwoNodes, OwnerWithFreshEvidenceRefusesTheWish) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  run(3s);
  for (int n = 0; n < 40; ++n) {
    roamer->ask(*b, kMobile, true);
    a->healthy(roamer->client.tag);
    run(100ms);
  }
  EXPECT_GE(a->events("OwnerRejected").size(), 1u);
  EXPECT_EQ(a->session().bound, kHome);
  EXPECT_TRUE(b->core.sessions(b->now).empty());
}

TEST_F(TwoNodes, WithoutAProvenPathNoWishIsMade) {
  run(3s);
  for (int n = 0; n < 50; ++n) {
    b->ticketed(roamer->request(2, true), kMobile);
    run(100ms);
  }
  EXPECT_FALSE(cluster.store.content().contains(wish_key(roamer->client.current)));
  EXPECT_EQ(a->session().bound, kHome);
}

TEST_F(TwoNodes, DrainSendsClientsAwayAndLetsThemGo) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  run(2s);
  a->drain(endpoint("198.51.100.2:51820"));
  const auto there = roamer->last<Migrate>(*a, kHome);
  ASSERT_TRUE(there.has_value());
  EXPECT_EQ(there->endpoints[0], endpoint("198.51.100.2:51820"));
  FakeClient newer(*a, 0, 9);
  EXPECT_FALSE(newer.connect());
  run(1500ms);
  bool acknowledged = false;
  for (int n = 0; n < 60 && !acknowledged; ++n) {
    acknowledged = roamer->ask(*b, kMobile);
    if (!a->views.empty()) a->healthy(roamer->client.tag);
    run(100ms);
    acknowledged = acknowledged || roamer->learn(*b, kMobile);
  }
  EXPECT_TRUE(acknowledged);
  EXPECT_TRUE(a->core.sessions(a->now).empty());
}

struct RoutedNodes : TwoNodes {
  RoutedNodes() {
    cluster.routes = {*parse_prefix("192.168.50.0/24"), *parse_prefix("10.200.1.7")};
  }
};

TEST_F(RoutedNodes, ASessionIsRoutedAndMeteredWhereItHasGoneAndNoMoreWhereItWas) {
  Policy policy = b->setup.policy;
  policy.version = "1.1";
  policy.meters.up.peak_bps = 1'000'000;
  ASSERT_TRUE(b->apply(policy));
  EXPECT_TRUE(std::ranges::equal(a->installs.at(0).routes, cluster.routes));
  ASSERT_TRUE(is_handed_over());
  ASSERT_EQ(a->removals.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(a->removals[0].routes, cluster.routes));
  ASSERT_EQ(b->installs.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(b->installs[0].routes, cluster.routes));
  EXPECT_EQ(b->installs[0].meters.up.peak_bps, 1'000'000u);
}

}  // namespace
}  // namespace jvpn::test
