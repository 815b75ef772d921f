// SPDX-License-Identifier: Apache-2.0
#include "control/rekey_need.h"

#include "tests/control/rekey_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Rekeying, TimeCountsOnlyWhileDataFlowsAndIsSpreadByATenth) {
  Policy policy;
  policy.security.rekey_after = 10s;
  connect(policy);
  for (int n = 0; n < 60; ++n) {
    gateway->pass(500ms);
    look();
  }
  EXPECT_EQ(gateway->counter("rekey_denied"), 0u);
  EXPECT_TRUE(gateway->sent.empty());
  flow(8500ms);
  EXPECT_TRUE(gateway->sent.empty());
  flow(3s);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());
}

TEST_F(Rekeying, BlocksAndFailedOpensWantFreshKeysToo) {
  HealthReport report = sample();
  report.blocks = Policy{}.security.rekey_after_blocks;
  gateway->health(client->tag, report);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());

  connect({});
  report = sample();
  report.failed_opens = kGcmFailedOpensRekey;
  gateway->health(client->tag, report);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());
}

TEST_F(Rekeying, KeysThatServedThreeTimesAsLongEndTheSession) {
  Policy policy;
  policy.security.rekey_after = 2s;
  connect(policy);
  flow(10s);  // nobody answers
  ASSERT_EQ(gateway->events("KeyExpired").size(), 1u);
  EXPECT_EQ(gateway->events("SessionTerminated").at(0).reason, Reason::key_expired);
}

TEST_F(Rekeying, KeyThatSawAllItsBlocksEndsTheSession) {
  HealthReport report = sample();
  report.blocks = kBlocksPerKey;
  gateway->health(client->tag, report);
  EXPECT_EQ(gateway->events("SessionTerminated").at(0).reason, Reason::key_expired);
}

TEST_F(Rekeying, FailedOpensAreSaidButEndNoSession) {
  HealthReport report = sample();
  report.failed_opens = kGcmFailedOpensLimit;
  gateway->health(client->tag, report);
  gateway->health(client->tag, report);
  EXPECT_EQ(gateway->events("KeyExpired").size(), 1u);
  EXPECT_EQ(gateway->session().state, State::attached);
}

TEST(RekeySpread, StaysWithinATenthAndIsTheSameForASession) {
  for (std::uint8_t n = 0; n < 250; ++n) {
    SessionId id;
    id.bytes.fill(n);
    const Duration spread = spread_of(100s, id);
    EXPECT_GE(spread, 90s);
    EXPECT_LE(spread, 110s);
    EXPECT_EQ(spread, spread_of(100s, id));
  }
}

}  // namespace
}  // namespace jvpn::test
