// SPDX-License-Identifier: Apache-2.0
// Two nodes that want one session at the same moment: whatever the order in which the store gets
// their transactions, one of them has it, and the other has changed nothing.
#include <gtest/gtest.h>

#include "control/records/store_keys.h"
#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct TakeoverRace : testing::TestWithParam<bool> {
  void SetUp() override {
    a = cluster.start(1, 100);
    b = cluster.start(2, 200);
    c = cluster.start(3, 300);
    roamer = std::make_unique<Roamer>(*a);
    ASSERT_TRUE(roamer->connect());
    for (int n = 0; n < 90; ++n) {  // A is dead; both watch, one of them fences
      for (FakeGateway* node : {b.get(), c.get()}) {
        node->ticketed(roamer->request(2, true), kMobile);
        node->pass(100ms);
      }
    }
  }
  /// REQUEST and CONFIRM: from here on the node goes to the store for it.
  void prove(FakeGateway& at) {
    at.sent.clear();
    at.ticketed(roamer->request(2, true), kMobile);
    ASSERT_TRUE(roamer->last<ReattachChallenge>(at, kMobile).has_value());
    at.auto_commit = false;
    at.ticketed(roamer->confirm(at, kMobile, true), kMobile);
    ASSERT_FALSE(at.asked.empty());
  }
  SessionRecord stored() const {
    return read_session_record(cluster.store.content().at(session_key(roamer->client.current)))
        .value();
  }

  Cluster cluster;
  std::unique_ptr<FakeGateway> a;
  std::unique_ptr<FakeGateway> b;
  std::unique_ptr<FakeGateway> c;
  std::unique_ptr<Roamer> roamer;
};

TEST_P(TakeoverRace, LeavesExactlyOneOwner) {
  prove(*b);
  prove(*c);
  FakeGateway& winner = GetParam() ? *b : *c;
  FakeGateway& loser = GetParam() ? *c : *b;
  const auto said = loser.audit.size();
  winner.settle();
  const StoreValue taken = cluster.store.content().at(session_key(roamer->client.current));
  loser.settle();
  EXPECT_EQ(cluster.store.content().at(session_key(roamer->client.current)), taken);
  EXPECT_EQ(stored().owner.node, winner.setup.node);
  EXPECT_EQ(to_string(stored().version), "2:1");
  EXPECT_EQ(winner.core.live_sessions(), 1u);
  EXPECT_EQ(winner.events("OwnerAcquired").size(), 1u);
  EXPECT_EQ(loser.core.live_sessions(), 0u);
  EXPECT_TRUE(loser.views.empty());
  EXPECT_EQ(loser.audit.size(), said);
  EXPECT_EQ(loser.counter("adoption_refused"), 1u);
  for (FakeGateway* node : {b.get(), c.get()}) {
    node->auto_commit = true;
    node->settle();
    node->pass(100ms);
  }
  EXPECT_EQ(stored().owner.node, winner.setup.node);
  EXPECT_EQ(loser.core.live_sessions(), 0u);
  EXPECT_FALSE(roamer->last<ReattachAck>(loser, kMobile).has_value());
}

INSTANTIATE_TEST_SUITE_P(Orders, TakeoverRace, testing::Bool());

}  // namespace
}  // namespace jvpn::test
