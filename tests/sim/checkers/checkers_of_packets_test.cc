// SPDX-License-Identifier: Apache-2.0
// The checkers are code too: each must cry out when its invariant is broken. Here those of
// nonces, deliveries, replays.
#include "tests/sim/checkers/checker_fixture.h"

namespace jvpn::sim {
namespace {

TEST_F(AChecker, OfNoncesRefusesTwoPacketsUnderOneCounterButNotACopy) {
  Nonces nonces(breaches);
  Datagram datagram(40, 0);
  nonces.sealed(1, datagram);
  nonces.sealed(1, datagram);
  datagram.back() = 1;
  nonces.sealed(2, datagram);
  EXPECT_EQ(fresh(), 0u);
  nonces.sealed(1, datagram);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfDeliveriesRefusesASecondSealASecondDeliveryAndAStrangersPacket) {
  Deliveries deliveries(breaches);
  const PacketNumber up{0, true, 3}, down{0, false, 3};
  for (const PacketNumber& number : {up, down}) {
    deliveries.sealed(number);
    deliveries.delivered(number);
  }
  EXPECT_EQ(fresh(), 0u);
  deliveries.sealed(up);
  EXPECT_EQ(fresh(), 1u);
  deliveries.delivered(up);
  EXPECT_EQ(fresh(), 1u);
  deliveries.misdelivered(down);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfReplaysRefusesAReplayThatChangesASession) {
  Replays replays(breaches);
  const Datagram datagram(40, 0x60);
  EXPECT_FALSE(replays.is_spent(datagram));
  replays.spend(datagram);
  EXPECT_TRUE(replays.is_spent(datagram));
  std::vector<SessionInfo> sessions(1);
  const std::uint64_t before = digest_of(sessions);
  replays.compare(before, digest_of(sessions), datagram);
  EXPECT_EQ(fresh(), 0u);
  sessions[0].version.sequence = 1;
  replays.compare(before, digest_of(sessions), datagram);
  EXPECT_EQ(fresh(), 1u);
}

}  // namespace
}  // namespace jvpn::sim
