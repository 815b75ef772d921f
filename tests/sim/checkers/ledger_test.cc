// SPDX-License-Identifier: Apache-2.0
// The checkers are code too: each must cry out when its invariant is broken.
#include "tests/sim/checkers/ledger.h"

#include <gtest/gtest.h>

namespace jvpn::sim {
namespace {

using Breaches = std::vector<std::string>;

AuditEvent change(const char* from, const char* to, std::uint32_t sequence) {
  return {.type = "SessionStateChange",
          .reason = Reason::loss_recovery,
          .session = {},
          .version = {OwnerEpoch{1}, sequence},
          .at = {},
          .fields = {{"previous_state", std::string(from)}, {"new_state", std::string(to)}}};
}

SessionView bound_to(std::uint8_t host) {
  SessionView view;
  view.state = State::attached;
  if (host != 0) view.bound = {IpAddress::v4({192, 0, 2, host}), 1000};
  return view;
}

TEST(AuditLedger, AcceptsALifeAndRefusesGapsSkipsAndResurrection) {
  AuditLedger ledger;
  Breaches none;
  ledger.see(change("BIRTH", "ATTACHED", 1), none);
  ledger.see(change("ATTACHED", "VOLATILE", 2), none);
  EXPECT_TRUE(none.empty());
  Breaches gap, skip, revived;
  ledger.see(change("ATTACHED", "VOLATILE", 3), gap);
  EXPECT_EQ(gap.size(), 1u);
  ledger.see(change("VOLATILE", "TERMINATED", 5), skip);
  EXPECT_EQ(skip.size(), 1u);
  ledger.see(change("TERMINATED", "ATTACHED", 6), revived);
  EXPECT_EQ(revived.size(), 1u);
}

TEST(PathLedger, RefusesBindingsThatNobodyAskedForAndDataToTheUnbound) {
  PathLedger ledger;
  Breaches none, unasked, empty, stray;
  const Instant now{0};
  const Endpoint peer = bound_to(1).bound;
  ledger.gateway_received(peer, 256, now);
  ledger.gateway_sent(peer, Datagram(160, 0x60), now, none);
  ledger.bound(bound_to(1), now, none);
  ledger.gateway_sent(peer, Datagram(1400, 0x50), now, none);
  EXPECT_TRUE(none.empty());
  ledger.gateway_sent(bound_to(9).bound, Datagram(160, 0x50), now, stray);
  EXPECT_FALSE(stray.empty());
  ledger.bound(bound_to(2), now, unasked);
  EXPECT_EQ(unasked.size(), 1u);
  ledger.bound(bound_to(0), now, empty);
  EXPECT_EQ(empty.size(), 1u);
}

TEST(PathLedger, RefusesToAnswerStrangersWithMoreThanTheyGave) {
  PathLedger ledger;
  Breaches breaches;
  ledger.gateway_received(bound_to(1).bound, 100, Instant{0});
  ledger.gateway_sent(bound_to(1).bound, Datagram(101, 0x60), Instant{0}, breaches);
  EXPECT_EQ(breaches.size(), 1u);
}

TEST(NonceLedger, RefusesTwoPacketsUnderOneCounterButNotACopy) {
  NonceLedger ledger;
  Breaches none, reused;
  Datagram datagram(40, 0x50);
  const SessionId one{{1}}, other{{2}};
  ledger.sent(one, datagram, none);
  ledger.sent(one, datagram, none);
  EXPECT_TRUE(none.empty());
  datagram.back() = 1;
  ledger.sent(other, datagram, none);
  EXPECT_TRUE(none.empty());
  ledger.sent(one, datagram, reused);
  EXPECT_EQ(reused.size(), 1u);
}

TEST(DeliveryLedger, RefusesASecondDelivery) {
  DeliveryLedger ledger;
  Breaches breaches;
  ledger.delivered(true, 1, breaches);
  ledger.delivered(false, 1, breaches);
  EXPECT_TRUE(breaches.empty());
  ledger.delivered(true, 1, breaches);
  EXPECT_EQ(breaches.size(), 1u);
}

}  // namespace
}  // namespace jvpn::sim
