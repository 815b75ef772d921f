// SPDX-License-Identifier: Apache-2.0
// A client that asks by INIT whether its session lives is told the truth, also by a node that does
// not serve it: what the store has counts.
#include <gtest/gtest.h>

#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct LiveElsewhere : testing::Test {
  void SetUp() override {
    a = cluster.start(1, 100);
    b = cluster.start(2, 200);
    roamer = std::make_unique<Roamer>(*a);
    ASSERT_TRUE(roamer->connect());
    asking = std::make_unique<FakeClient>(*b);
    asking->current = roamer->client.current;
  }
  /// What B's ACK says; nothing: no ACK.
  std::optional<SessionId> told() {
    b->sent.clear();
    b->handshake(asking->init(), kMobile);
    if (b->sent.empty() || !asking->read_ack(b->sent.back().payload)) return std::nullopt;
    return asking->ack->live_session;
  }

  Cluster cluster;
  std::unique_ptr<FakeGateway> a;
  std::unique_ptr<FakeGateway> b;
  std::unique_ptr<Roamer> roamer;
  std::unique_ptr<FakeClient> asking;
};

TEST_F(LiveElsewhere, SessionOfAnotherNodeIsNamed) {
  EXPECT_EQ(told(), roamer->client.current);
  EXPECT_TRUE(b->core.sessions(b->now).empty());
}

TEST_F(LiveElsewhere, SessionThatHasEndedIsNot) {
  a->terminate(roamer->client.current);
  EXPECT_EQ(told(), SessionId{});
}

TEST_F(LiveElsewhere, WhileTheStoreIsSilentNothingIsClaimed) {
  b->store_reachable = false;
  EXPECT_EQ(told(), std::nullopt);
  b->store_reachable = true;
  b->pass(2s);
  EXPECT_EQ(told(), roamer->client.current);
}

TEST_F(LiveElsewhere, ClientThatBelievesToHaveNoneCostsNoRead) {
  asking->current = SessionId{};
  b->store_reachable = false;
  EXPECT_EQ(told(), SessionId{});
}

TEST_F(LiveElsewhere, NodeThatStartsAgainNamesASessionThatItHasNotTakenBackYet) {
  const auto again = cluster.start(1, 101, a->now);  // it watches the life before
  for (int n = 0; n < 75; ++n) again->pass(100ms);
  FakeClient client(*again);
  client.current = roamer->client.current;
  again->sent.clear();
  again->handshake(client.init(), kMobile);
  ASSERT_FALSE(again->sent.empty());
  ASSERT_TRUE(client.read_ack(again->sent.back().payload));
  EXPECT_EQ(client.ack->live_session, roamer->client.current);
}

}  // namespace
}  // namespace jvpn::test
