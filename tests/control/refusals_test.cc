// SPDX-License-Identifier: Apache-2.0
// What is genuine, and refused all the same.
#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

struct Refusals : testing::Test {
  void SetUp() override { ASSERT_TRUE(client.connect()); }
  FakeGateway gateway;
  FakeClient client{gateway};
};

TEST_F(Refusals, ConfirmsBeyondTheRateOfASourceAreDroppedWhileOthersAreHeard) {
  Datagram confirm = client.confirm();
  confirm.back() ^= 1;
  for (int n = 0; n < 10'000; ++n) gateway.handshake(confirm, kElsewhere);
  const std::uint64_t limited = gateway.counter("handshake_rate_limited");
  EXPECT_GE(limited, 7'000u);
  EXPECT_LT(limited, 10'000u);
  gateway.handshake(confirm, kMobile);
  EXPECT_EQ(gateway.counter("handshake_rate_limited"), limited);
}

TEST_F(Refusals, ReattachMessageOfTheGatewayUsesUpItsNumberAndNothingElse) {
  const Datagram early = client.request(1);
  gateway.control(client.seal(ReattachChallenge{}), kHome);
  EXPECT_EQ(gateway.counter("control_malformed"), 1u);
  gateway.sent.clear();
  gateway.control(early, kMobile);
  EXPECT_TRUE(gateway.sent.empty()) << "a lower number than the last one seen";
  client.jump(kMobile, 1);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Refusals, RekeyWithAKeyThatGivesNoSecretLeavesNoKeysBehind) {
  gateway.pass(60s);
  gateway.healthy(client.tag);
  gateway.control(client.seal(RekeyInit{{KeyEpoch{1}, PublicKey{}}}), kHome);
  EXPECT_EQ(gateway.counter("rekey_zero_dh"), 1u);
  EXPECT_TRUE(gateway.staged.empty());
  EXPECT_EQ(gateway.slots.keys_taken(), 0u);
  EXPECT_FALSE(client.last<RekeyAck>(kHome).has_value());
}

}  // namespace
}  // namespace jvpn::test
