// SPDX-License-Identifier: Apache-2.0
// Leases, fencing and takeover: several gateways on one store.
#include <gtest/gtest.h>

#include "control/records/node_records.h"
#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(TwoNodes, EachMayActUntilItsLastRenewalIsTooOld) {
  run(2s);
  EXPECT_GT(*a->serving_until, a->now + 3900ms);
  EXPECT_LE(*a->serving_until, a->now + 5s);
  a->store_reachable = false;
  const Instant until = *a->serving_until;
  for (int n = 0; n < 45; ++n) a->pass(100ms);
  EXPECT_EQ(a->serving_until, until);
  a->sent.clear();
  for (int n = 0; n < 10; ++n) a->pass(100ms);
  ASSERT_GE(a->now, until);
  a->ticketed(roamer->request(), kMobile);
  a->control(roamer->request(), kMobile);
  FakeClient other(*a, 0, 5);
  EXPECT_FALSE(other.connect());
  EXPECT_TRUE(a->sent.empty());
  EXPECT_GE(a->counter("not_serving"), 3u);
  a->store_reachable = true;
  a->pass(2s);
  EXPECT_GT(*a->serving_until, a->now) << "nobody fenced it meanwhile";
  EXPECT_TRUE(roamer->ask(*a, kMobile));
}

TEST_F(TwoNodes, WhoMayNotActPublishesNoChangedPolicyEither) {
  run(1s);
  a->store_reachable = false;
  while (a->now < *a->serving_until) a->pass(100ms);
  Policy policy = a->setup.policy;
  policy.version = "1.1";
  policy.switching.hold_packets = 5;
  ASSERT_TRUE(a->apply(policy));
  a->pass(100ms);
  EXPECT_NE(a->views.begin()->second.hold_packets, 5u);
  a->store_reachable = true;
  for (int n = 0; n < 20; ++n) a->pass(100ms);
  EXPECT_EQ(a->views.begin()->second.hold_packets, 5u);
}

TEST_F(TwoNodes, ClientOfAnEpochThatTheStoreNeverHeardOfIsServedByTheNextOwner) {
  ASSERT_TRUE(is_handed_over()) << "the client has heard of epoch 2, the store not that it has";
  const auto c = cluster.start(3, 300, b->now);
  const Endpoint elsewhere = endpoint("203.0.113.99:7000");
  bool acknowledged = false;
  for (int n = 0; n < 120 && !acknowledged; ++n) {  // b is dead
    c->pass(100ms);
    acknowledged = roamer->ask(*c, elsewhere, true) || roamer->learn(*c, elsewhere);
  }
  EXPECT_TRUE(acknowledged);
  EXPECT_EQ(c->counter("node_fenced"), 1u);
  EXPECT_EQ(c->counter("other_owner_epoch"), 0u);
  EXPECT_EQ(c->session().bound, elsewhere);
}

TEST_F(TwoNodes, ConfirmThatIsRepeatedToALaterOwnerIsNotAnsweredByNothing) {
  LifeRecord life = *read_life_record(cluster.store.content().at(life_key(1)));
  life.fenced = true;
  cluster.store.begin(StoreTransaction{0, {}, {{life_key(1), write_record(life)}}});
  cluster.store.take_replies();
  for (int n = 0; n < 30; ++n) a->pass(100ms);
  ASSERT_EQ(to_string(a->session().version), "2:1");
  a->sent.clear();
  a->handshake(roamer->client.confirm(), kHome);
  EXPECT_EQ(a->counter("done_spent"), 1u);
  EXPECT_TRUE(a->sent.empty());
}

TEST_F(TwoNodes, DeadlineCountsFromWhenTheRenewalWasSent) {
  a->auto_commit = false;
  while (a->asked.empty()) a->pass(100ms);
  const Instant sent = a->now;
  a->now = a->now + 700ms;
  a->settle();
  EXPECT_EQ(a->serving_until, sent + 5s);
}

TEST_F(TwoNodes, WhatIsSettledTooLateIsNotActedUpon) {
  a->auto_commit = false;
  a->ticketed(roamer->request(), kMobile);
  a->ticketed(roamer->confirm(*a, kMobile), kMobile);
  a->sent.clear();
  a->now = *a->serving_until;
  a->settle();
  EXPECT_FALSE(roamer->last<ReattachAck>(*a, kMobile).has_value());
  EXPECT_EQ(a->session().bound, kHome);
}

TEST_F(TwoNodes, LivingOwnerIsNamed) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  EXPECT_EQ(roamer->rejected(*b, kMobile), Reason::owner_elsewhere);
  EXPECT_TRUE(b->core.sessions(b->now).empty());
}

TEST_F(TwoNodes, DeadOwnerIsFencedAndItsSessionTakenOver) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);  // from here on B watches
  run(1s);
  bool deferred = false;
  Duration waited{};
  bool acknowledged = false;
  while (waited < 20s && !acknowledged) {
    acknowledged = roamer->ask(*b, kMobile, true);
    deferred |= roamer->rejected(*b, kMobile) == Reason::admission_deferred;
    run(100ms, false);
    waited += 100ms;
    acknowledged = acknowledged || roamer->learn(*b, kMobile);
  }
  EXPECT_TRUE(deferred);
  EXPECT_GE(waited, 5s);
  EXPECT_LE(waited, 8s);
  EXPECT_EQ(b->session().state, State::attached);
  EXPECT_EQ(b->session().bound, kMobile);
  EXPECT_EQ(to_string(b->session().version), "2:2");
  EXPECT_TRUE(read_life_record(cluster.store.content().at(life_key(1)))->fenced);
  a->now = b->now;
  a->pass(1s);  // wakes up
  EXPECT_EQ(a->counter("life_lost"), 1u);
  EXPECT_TRUE(a->views.empty());
}

TEST_F(TwoNodes, OwnerThatRenewsBeforeItsFenceArrivesIsNotFenced) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  for (int n = 0; n < 80 && b->asked.empty(); ++n) {
    run(100ms, false);
    b->auto_commit = false;
    b->ticketed(roamer->request(2, true), kMobile);
    const bool fences = !b->asked.empty() && b->asked[0].writes[0].key == life_key(1);
    b->auto_commit = !fences;
    if (!fences) b->settle();
  }
  ASSERT_FALSE(b->asked.empty());
  a->now = b->now;
  a->pass(1s);  // it was only slow
  b->settle();
  EXPECT_FALSE(read_life_record(cluster.store.content().at(life_key(1)))->fenced);
  EXPECT_EQ(b->counter("node_fenced"), 0u);
}

TEST_F(TwoNodes, TakesNothingFromANodeThatLivesAnewSinceItWasLastSeen) {
  run(3s);
  b->ticketed(roamer->request(), kMobile);
  for (int n = 0; n < 80 && b->counter("node_fenced") == 0; ++n) {
    run(100ms, false);
    b->ticketed(roamer->request(2, true), kMobile);
  }
  ASSERT_EQ(b->counter("node_fenced"), 1u);
  const auto again = cluster.start(1, 101, b->now);
  ASSERT_EQ(to_string(again->session().version), "2:1");
  EXPECT_FALSE(roamer->ask(*b, kMobile, true)) << "challenged by what it had seen";
  EXPECT_EQ(b->counter("adoption_refused"), 1u);
  EXPECT_TRUE(b->core.sessions(b->now).empty());
  for (int n = 0; n < 30; ++n) {
    again->pass(100ms);
    b->pass(100ms);
  }
  b->ticketed(roamer->request(), kMobile);
  EXPECT_EQ(roamer->rejected(*b, kMobile), Reason::owner_elsewhere);
  EXPECT_EQ(to_string(again->session().version), "2:1");
}

TEST_F(TwoNodes, OwnerThatStillRenewsIsNeverFenced) {
  run(3s);
  for (int n = 0; n < 200; ++n) {
    b->ticketed(roamer->request(2, false), kMobile);
    run(100ms);
  }
  EXPECT_EQ(b->counter("node_fenced"), 0u);
  EXPECT_EQ(a->session().bound, kHome);
}

TEST_F(TwoNodes, ReplayedTicketsCostOneReadAndChangeNothing) {
  run(3s);
  const Datagram request = roamer->request();
  Datagram forged = request;
  forged.back() ^= 1;
  const auto content = cluster.store.content();
  b->ticketed(forged, kElsewhere);
  EXPECT_EQ(b->counter("ticketed_not_opened"), 1u);
  forged = request;
  forged[40] ^= 1;  // within the ticket
  b->ticketed(forged, kElsewhere);
  EXPECT_EQ(b->counter("ticket_not_opened"), 1u);
  EXPECT_TRUE(b->sent.empty());
  EXPECT_EQ(cluster.store.content(), content);
}

TEST_F(TwoNodes, SecondInstanceOfANodeWaitsAndIsRefusedWhileTheFirstLives) {
  const auto twin = cluster.start(1, 101);
  for (int n = 0; n < 200; ++n) {
    a->pass(100ms);
    twin->pass(100ms);
  }
  FakeClient other(*twin, 0, 5);
  EXPECT_FALSE(other.connect());
  EXPECT_EQ(a->counter("life_lost"), 0u);
  for (int n = 0; n < 100; ++n) twin->pass(100ms);  // the first has died
  EXPECT_EQ(twin->session().id, roamer->client.current);
}

TEST_F(TwoNodes, BirthWhoseAnswerCameTooLateForItsLifeIsNotLeftWaiting) {
  ASSERT_TRUE(a->terminate(roamer->client.current));
  a->auto_commit = false;
  FakeClient newer(*a, 0, 9);
  EXPECT_FALSE(newer.connect());
  a->now = *a->serving_until;
  a->settle();
  EXPECT_TRUE(a->core.sessions(a->now).empty()) << "settled, and not acted upon";
  LifeRecord life = *read_life_record(cluster.store.content().at(life_key(1)));
  life.fenced = true;
  cluster.store.begin(StoreTransaction{0, {}, {{life_key(1), write_record(life)}}});
  cluster.store.take_replies();
  a->auto_commit = true;
  for (int n = 0; n < 30; ++n) a->pass(100ms);
  EXPECT_EQ(a->counter("life_lost"), 1u);
  FakeClient again(*a, 0, 10);
  EXPECT_TRUE(again.connect());
}

TEST_F(TwoNodes, NewerBirthElsewhereFetchesTheOlderSessionAndEndsIt) {
  run(3s);
  Roamer again(*b);
  again.client.client_tag = Tag(0x777);
  bool connected = false;
  b->handshake(again.client.init(), kMobile);
  ASSERT_TRUE(again.client.read_ack(b->sent.back().payload));
  const Datagram confirm = again.client.confirm();
  for (int n = 0; n < 150 && !connected; ++n) {
    b->handshake(confirm, kMobile);
    run(100ms);
    connected = !b->core.sessions(b->now).empty() && b->session().id == again.client.ack->session;
  }
  EXPECT_TRUE(connected);
  EXPECT_TRUE(a->core.sessions(a->now).empty());
  EXPECT_EQ(b->events("SessionTerminated").at(0).reason, Reason::superseded);
}

}  // namespace
}  // namespace jvpn::test
