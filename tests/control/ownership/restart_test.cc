// SPDX-License-Identifier: Apache-2.0
// A gateway that starts over a store that survived it.
#include <gtest/gtest.h>

#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct Restart : testing::Test {
  void SetUp() override {
    cluster.lease->sole_instance = true;
    before = cluster.start(1, 100);
    roamer = std::make_unique<Roamer>(*before);
    ASSERT_TRUE(roamer->connect());
  }
  void restart() { after = cluster.start(1, 200, before->now); }

  Cluster cluster;
  std::unique_ptr<FakeGateway> before;
  std::unique_ptr<FakeGateway> after;
  std::unique_ptr<Roamer> roamer;
};

TEST_F(Restart, TakesItsSessionsBackUnderANewOwnerEpoch) {
  restart();
  const SessionInfo session = after->session();
  EXPECT_EQ(session.id, roamer->client.current);
  EXPECT_EQ(session.state, State::recovering);
  EXPECT_EQ(to_string(session.version), "2:1");
  EXPECT_EQ(to_string(session.bound_version), "1:1");
  EXPECT_TRUE(session.bound.is_unset());
  EXPECT_TRUE(after->views.empty()) << "it has no keys yet";
  EXPECT_EQ(after->transitions(),
            (std::vector<std::string>{"ATTACHED->RECOVERING owner_acquired 2:1"}));
  EXPECT_EQ(field(after->events("SessionStateChange").at(0), "inherited"), "true");
  EXPECT_EQ(after->events("OwnerAcquired").size(), 1u);
}

TEST_F(Restart, WhatHasEndedIsTakenBackByNobody) {
  const StoreKey peer = jvpn::peer_key(roamer->client.key.public_key);
  const StoreValue pointer = cluster.store.content().at(peer);
  ASSERT_TRUE(before->terminate(roamer->client.current));
  ASSERT_FALSE(cluster.store.content().contains(peer));
  const auto put = [&](std::optional<StoreValue> value) {
    cluster.store.begin(StoreTransaction{0, {}, {{peer, std::move(value)}}});
    cluster.store.take_replies();
  };
  put(pointer);  // as a birth may have read it before
  restart();
  FakeClient newer(*after, 0, 99);
  EXPECT_FALSE(newer.connect());
  EXPECT_TRUE(after->core.sessions(after->now).empty());
  put(std::nullopt);
  for (int n = 0; n < 20; ++n) after->pass(100ms);
  EXPECT_TRUE(newer.connect());
}

TEST_F(Restart, CallsTheClientThreeTimesOnItsLastPath) {
  restart();
  for (int n = 0; n < 60; ++n) after->pass(100ms);
  ASSERT_EQ(after->sent.size(), 3u);
  for (const SendDatagram& sent : after->sent) EXPECT_EQ(sent.destination, kHome);
  EXPECT_TRUE(roamer->last<Call>(*after, kHome).has_value());
}

TEST_F(Restart, CallsThroughAnUnderlayThatReachesTheClientWhateverTheRecordNames) {
  cluster.underlays = {{.v4 = false, .v6 = true}, {.v4 = true, .v6 = false}};
  restart();
  for (int n = 0; n < 60; ++n) after->pass(100ms);
  ASSERT_EQ(after->sent.size(), 3u);
  for (const SendDatagram& sent : after->sent) EXPECT_EQ(sent.underlay, 1u);
}

TEST_F(Restart, CallsNobodyWhomNoUnderlayReaches) {
  cluster.underlays = {{.v4 = false, .v6 = true}};
  restart();
  for (int n = 0; n < 60; ++n) after->pass(100ms);
  EXPECT_TRUE(after->sent.empty());
  EXPECT_EQ(after->counter("call_without_underlay"), 3u);
}

TEST_F(Restart, ClientComesBackWithKeysThatNobodyHadBefore) {
  restart();
  ASSERT_TRUE(roamer->ask(*after, kHome));
  EXPECT_EQ(after->session().state, State::attached);
  EXPECT_EQ(to_string(after->session().version), "2:2");
  EXPECT_EQ(roamer->key_epoch.value, 1u);
  EXPECT_EQ(after->installed, 1u);
  const SessionView view = after->views.at(roamer->client.tag);
  EXPECT_EQ(view.bound, kHome);
  EXPECT_EQ(view.key_epoch.value, 1u);
  const auto ack = roamer->last<ReattachAck>(*after, kHome);
  EXPECT_EQ(ack->owner, (Owner{1, 200}));
}

TEST_F(Restart, ClientIsToldTheNewLifesPolicyAtOnceAndUntilItAcknowledges) {
  restart();
  ASSERT_TRUE(roamer->ask(*after, kHome));
  after->sent.clear();
  after->pass(1ms);
  const auto told = roamer->last<PolicyUpdate>(*after, kHome);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->policy_version, (PolicyVersion{1, 0}));
  after->sent.clear();
  after->pass(250ms);
  EXPECT_TRUE(roamer->last<PolicyUpdate>(*after, kHome).has_value()) << "again";
  after->control(roamer->seal(PolicyAck{told->policy_version}), kHome);
  after->sent.clear();
  after->pass(10s);
  EXPECT_FALSE(roamer->last<PolicyUpdate>(*after, kHome).has_value());
}

TEST_F(Restart, BothSidesDeriveTheSameKeys) {
  restart();
  after->ticketed(roamer->request(), kHome);
  const auto challenge = roamer->last<ReattachChallenge>(*after, kHome);
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->owner, (Owner{1, 200}));
  const auto shared = x25519(roamer->ephemeral.secret, challenge->ephemeral);
  ASSERT_TRUE(shared.has_value());
  const Key32 root = derive_owner_root(roamer->client.roots.resume, *shared, roamer->client.current,
                                       challenge->owner, OwnerEpoch{2});
  after->ticketed(roamer->confirm(*after, kHome), kHome);
  ASSERT_EQ(after->installs.size(), 1u);
  const TrafficKey up = derive_traffic_key(root, KeyEpoch{1}, Direction::client_to_gateway);
  EXPECT_TRUE(after->installs[0].uplink.key.equals(up.key));
  EXPECT_EQ(after->installs[0].uplink.iv, up.iv);
}

TEST_F(Restart, LostAckIsRepairedByAskingAnew) {
  restart();
  after->ticketed(roamer->request(), kHome);
  after->ticketed(roamer->confirm(*after, kHome), kHome);
  const Tag first = after->session().tag;
  after->sent.clear();  // the ACK is lost, and the client has moved on
  after->pass(2s);
  after->ticketed(roamer->request(), kMobile);
  const auto reject = roamer->last<ReattachReject>(*after, kMobile);
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason, Reason::stale_state_version);
  roamer->client.bound_version = reject->bound_version;
  ASSERT_TRUE(roamer->ask(*after, kMobile));
  EXPECT_EQ(after->session().bound, kMobile);
  EXPECT_NE(after->session().tag, first) << "new keys, so a slot of their own";
  EXPECT_EQ(after->views.size(), 1u);
}

TEST_F(Restart, OnceTheClientHasHeardOldNumbersCountNoMore) {
  restart();
  const Datagram old_request = roamer->request();
  ASSERT_TRUE(roamer->ask(*after, kHome));
  const std::uint64_t unheard = after->counter("other_owner_epoch");
  roamer->client.number = 0;
  after->control(roamer->seal(PathProbe{PathId{3}, 0, 0}), kMobile);
  EXPECT_EQ(after->counter("other_owner_epoch"), unheard);
  after->sent.clear();
  after->ticketed(old_request, kMobile);
  EXPECT_EQ(after->counter("other_owner_epoch"), unheard + 1);
  EXPECT_TRUE(after->sent.empty());
}

TEST_F(Restart, ReplayedRequestChangesNothing) {
  const Datagram request = roamer->request();
  before->ticketed(request, kMobile);
  before->ticketed(roamer->confirm(*before, kMobile), kMobile);
  ASSERT_TRUE(roamer->learn(*before, kMobile));
  restart();
  const std::string picture = after->picture();
  const std::size_t sent = after->sent.size();
  after->ticketed(request, kElsewhere);
  EXPECT_EQ(after->picture(), picture);
  EXPECT_EQ(after->sent.size(), sent);
}

TEST_F(Restart, AgesGoOn) {
  before->pass(1s);
  before->pass(std::chrono::hours(7));
  before->pass(1s);  // a renewal carries the tick
  restart();
  const std::int64_t age = after->session().age_ms;
  EXPECT_GE(age, to_ms(std::chrono::hours(7)));
  EXPECT_LE(age, to_ms(std::chrono::hours(7) + 3s));
  after->pass(std::chrono::hours(1));
  after->pass(1ms);
  EXPECT_TRUE(after->core.sessions(after->now).empty());
  EXPECT_EQ(after->events("SessionTerminated").at(0).reason, Reason::session_lifetime_exceeded);
}

TEST_F(Restart, JumpsOfTheLifeBeforeCountAgainstTheLimit) {
  Policy policy;
  policy.version = "1.1";
  policy.switching.max_switches_per_min = 1;
  ASSERT_TRUE(before->apply(policy));
  ASSERT_TRUE(roamer->ask(*before, kMobile));
  restart();
  ASSERT_TRUE(after->apply(policy));
  after->ticketed(roamer->request(3), kHome);
  const auto challenge = roamer->last<ReattachChallenge>(*after, kHome);
  ASSERT_TRUE(challenge.has_value());
  after->ticketed(roamer->seal(ReattachConfirm{roamer->fields(3, false), challenge->token}), kHome);
  EXPECT_EQ(roamer->rejected(*after, kHome), Reason::switch_rate_limited);
}

TEST_F(Restart, EndedSessionStaysEndedAndIsStillSaid) {
  before->terminate(roamer->client.current);
  restart();
  EXPECT_TRUE(after->core.sessions(after->now).empty());
  after->ticketed(roamer->request(), kMobile);
  const auto told = roamer->last<Terminate>(*after, kMobile);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->reason, Reason::operator_terminated);
}

TEST_F(Restart, LifeBeforeCanCommitNothingMore) {
  restart();
  before->sent.clear();
  before->ticketed(roamer->request(), kMobile);
  before->ticketed(roamer->confirm(*before, kMobile), kMobile);
  EXPECT_FALSE(roamer->last<ReattachAck>(*before, kMobile).has_value());
  before->pass(1s);
  EXPECT_EQ(before->counter("life_lost"), 1u);
  EXPECT_TRUE(before->core.sessions(before->now).empty());
  EXPECT_EQ(after->session().id, roamer->client.current);
}

}  // namespace
}  // namespace jvpn::test
