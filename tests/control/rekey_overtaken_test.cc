// SPDX-License-Identifier: Apache-2.0
// What the model docs/formal/rekey.pml found under REPLAYED_INIT: a wish that was given up must not
// come back in place of the one that was answered.
#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

TEST(RekeyOvertaken, AnOlderWishThatArrivesLateLeavesTheAnsweredOneItsKeys) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const Datagram given_up = client.seal(RekeyInit{{KeyEpoch{1}, peer_key(21).public_key}});
  const Datagram answered = client.seal(RekeyInit{{KeyEpoch{1}, peer_key(22).public_key}});
  gateway.control(answered, kHome);
  ASSERT_TRUE(client.last<RekeyAck>(kHome));
  ASSERT_TRUE(gateway.staged.contains(client.tag));
  gateway.take_sent();
  gateway.control(given_up, kHome);
  gateway.control(given_up, kHome);
  EXPECT_TRUE(gateway.staged.contains(client.tag));
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("stale_request"), 2u);
}

}  // namespace
}  // namespace jvpn::test
