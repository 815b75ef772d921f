// SPDX-License-Identifier: Apache-2.0
// Whose counters the gateway looks at next.
#include <gtest/gtest.h>

#include "tests/control/ownership/cluster_fixture.h"

namespace jvpn::test {
namespace {

struct Sampling : testing::Test {
  void SetUp() override {
    for (std::size_t n = 0; n < 3; ++n) {
      clients.push_back(std::make_unique<FakeClient>(gateway, n, 50 + n));
      ASSERT_TRUE(clients.back()->connect());
    }
  }
  static Configured three_peers() {
    Configured setup;
    setup.peers = 3;
    return setup;
  }
  FakeGateway gateway{three_peers()};
  std::vector<std::unique_ptr<FakeClient>> clients;
};

TEST_F(Sampling, GoesRoundAllSessionsInEqualTurns) {
  std::map<Tag, int> seen;
  for (int n = 0; n < 3; ++n) {
    const std::vector<Tag> tags = gateway.core.next_live_tags(2);
    EXPECT_EQ(tags.size(), 2u);
    for (const Tag tag : tags) ++seen[tag];
  }
  for (const auto& client : clients) EXPECT_EQ(seen[client->tag], 2);
}

TEST_F(Sampling, LooksAtNoneTwiceInOneTurn) {
  EXPECT_EQ(gateway.core.next_live_tags(100).size(), 3u);
}

TEST_F(Sampling, LeavesOutWhatIsBeingEnded) {
  gateway.auto_commit = false;
  ASSERT_TRUE(gateway.terminate(clients[1]->current));
  const std::vector<Tag> tags = gateway.core.next_live_tags(100);
  EXPECT_EQ(tags.size(), 2u);
  EXPECT_EQ(std::ranges::count(tags, clients[1]->tag), 0);
}

TEST(SamplingAfterARestart, LeavesOutWhatHasNoSlotYet) {
  Cluster cluster;
  cluster.lease->sole_instance = true;
  const auto before = cluster.start(1, 100);
  ASSERT_TRUE(Roamer(*before).connect());
  const auto after = cluster.start(1, 200, before->now);
  ASSERT_EQ(after->core.live_sessions(), 1u);
  EXPECT_TRUE(after->core.next_live_tags(100).empty());
}

}  // namespace
}  // namespace jvpn::test
