// SPDX-License-Identifier: Apache-2.0
// What is kept to be repeated, and for how long.
#include "control/limits.h"
#include "tests/control/connected_fixture.h"

namespace jvpn::test {
namespace {

struct Tidy : Connected {
  void SetUp() override { connect({}); }
  /// The client is well meanwhile, and workers say so.
  void rest(Duration time) {
    for (Duration passed{}; passed < time; passed += 1s) {
      gateway->pass(1s);
      gateway->healthy(client->tag);
    }
    gateway->sent.clear();
  }
  /// CONFIRM of a move to kMobile, and what it was answered.
  Datagram move() {
    gateway->control(client->request(2), kMobile);
    Datagram confirm = client->answer(kMobile, 2);
    gateway->sent.clear();
    gateway->control(confirm, kMobile);
    answer = gateway->sent.back().payload;
    return confirm;
  }
  /// The only thing sent when these bytes come again.
  std::vector<std::uint8_t> repeated(const Datagram& confirm) {
    gateway->sent.clear();
    gateway->control(confirm, kMobile);
    return gateway->sent.size() == 1 ? gateway->sent[0].payload : std::vector<std::uint8_t>{};
  }
  std::vector<std::uint8_t> answer;
};

TEST_F(Tidy, AnAckIsRepeatedForAMinute) {
  const Datagram confirm = move();
  ASSERT_TRUE(client->learn_ack(kMobile));
  rest(kAnswerLife - 1s);
  EXPECT_EQ(repeated(confirm), answer);
  rest(1s);
  const std::string before = gateway->picture();
  EXPECT_NE(repeated(confirm), answer);
  EXPECT_EQ(client->last<ReattachReject>(kMobile).value().reason, Reason::stale_state_version);
  EXPECT_EQ(gateway->picture(), before);
}

/// Asked anew with the same bytes it might become a yes.
TEST_F(Tidy, ARefusalIsRepeatedForGood) {
  Policy policy;
  policy.switching.max_switches_per_min = 0;
  connect(policy);
  const Datagram confirm = move();
  ASSERT_TRUE(client->last<ReattachReject>(kMobile).has_value());
  rest(3 * kAnswerLife);
  EXPECT_EQ(repeated(confirm), answer);
}

TEST_F(Tidy, DoneIsRepeatedUntilTheClientIsHeardWithItsKeys) {
  const Datagram confirm = client->confirm();
  gateway->handshake(confirm, kHome);
  EXPECT_EQ(gateway->counter("done_repeated"), 1u);
  gateway->healthy(client->tag);
  gateway->sent.clear();
  gateway->handshake(confirm, kHome);
  EXPECT_TRUE(gateway->sent.empty());
  EXPECT_EQ(gateway->counter("done_spent"), 1u);
}

}  // namespace
}  // namespace jvpn::test
