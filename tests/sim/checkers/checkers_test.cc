// SPDX-License-Identifier: Apache-2.0
// The checkers are code too: each must cry out when its invariant is broken.
#include "tests/sim/checkers/checkers.h"

#include <gtest/gtest.h>

#include "session/core/wire.h"

namespace jvpn::sim {
namespace {

AuditEvent change(const char* from, const char* to, std::uint32_t sequence, Instant at = {}) {
  return {.type = "SessionStateChange",
          .reason = Reason::loss_recovery,
          .session = {},
          .version = {OwnerEpoch{1}, sequence},
          .at = at,
          .fields = {{"previous_state", std::string(from)}, {"new_state", std::string(to)}}};
}

SessionView bound_to(std::uint8_t host) {
  SessionView view;
  view.state = State::attached;
  view.client_tag = Tag(77);
  if (host != 0) view.bound = {IpAddress::v4({192, 0, 2, host}), 1000};
  return view;
}

class AChecker : public testing::Test {
 protected:
  /// How many breaches were noted since the last call.
  std::size_t fresh() {
    const std::size_t before = seen_;
    seen_ = breaches.count();
    return seen_ - before;
  }
  World world;
  Policy policy;
  Breaches breaches{world};
  const Tag tag{5};
  const Instant now{1'000'000'000'000};

 private:
  std::size_t seen_ = 0;
};

TEST_F(AChecker, OfVersionsAcceptsALifeAndRefusesGapsSkipsAndResurrection) {
  Versions versions(breaches);
  versions.see(0, change("BIRTH", "ATTACHED", 1));
  versions.see(0, change("ATTACHED", "VOLATILE", 2));
  EXPECT_EQ(fresh(), 0u);
  versions.see(0, change("ATTACHED", "VOLATILE", 3));
  EXPECT_EQ(fresh(), 1u);
  versions.see(0, change("VOLATILE", "TERMINATED", 5));
  EXPECT_EQ(fresh(), 1u);
  versions.see(0, change("TERMINATED", "ATTACHED", 6));
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfVersionsWantsANewOwnerToBeginANewEpoch) {
  Versions versions(breaches);
  versions.see(0, change("BIRTH", "ATTACHED", 1));
  AuditEvent acquired = change("ATTACHED", "RECOVERING", 1);
  acquired.reason = Reason::owner_acquired;
  acquired.version.owner_epoch = OwnerEpoch{2};
  versions.see(1, acquired);
  EXPECT_EQ(fresh(), 0u);
  versions.see(0, acquired);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfVersionsRefusesTheReturnOfWhatAForgetfulNodeHad) {
  Versions versions(breaches);
  versions.see(0, change("BIRTH", "ATTACHED", 1));
  versions.forgotten_by(0);
  versions.see(0, change("ATTACHED", "VOLATILE", 2));
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfDeadlinesRefusesAStayInRecoveringBeyondItsWindow) {
  Deadlines deadlines(breaches, policy);
  deadlines.see(0, change("VOLATILE", "RECOVERING", 3, now), {});
  deadlines.stepped(0, now + policy.switching.recovery_window);
  EXPECT_EQ(fresh(), 0u);
  deadlines.stepped(0, now + policy.switching.recovery_window + 100ms);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfDeadlinesRefusesALifeWithoutBindingBeyondTheTtl) {
  Deadlines deadlines(breaches, policy);
  deadlines.unbound(0, SessionId{}, true, now);
  deadlines.unbound(0, SessionId{}, false, now + 10s);
  deadlines.unbound(0, SessionId{}, true, now + 11s);
  deadlines.stepped(0, now + policy.session.transport_lost_ttl + 5s);
  EXPECT_EQ(fresh(), 0u);
  deadlines.stepped(0, now + policy.session.transport_lost_ttl + 12s);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfDeadlinesRefusesAJumpTooManyInASlidingMinute) {
  policy.switching.max_switches_per_min = 2;
  Deadlines deadlines(breaches, policy);
  AuditEvent jump = change("", "", 1);
  jump.type = "TransportSwitch";
  for (const Duration at : {0s, 30s, 61s}) {
    jump.at = now + at;
    deadlines.see(0, jump, jump.at);
  }
  EXPECT_EQ(fresh(), 0u);
  jump.at = now + 80s;
  deadlines.see(0, jump, jump.at);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfBindingsRefusesWhatNobodyAskedForAndDataToAndFromTheUnbound) {
  Bindings bindings(breaches, policy);
  bindings.asked(0, bound_to(1).bound, now);
  bindings.published(0, tag, bound_to(1), {now + 1s, now + 1s});
  bindings.data_sent(0, Tag(77), bound_to(1).bound);
  bindings.delivered(0, tag, bound_to(1).bound, now);
  EXPECT_EQ(fresh(), 0u);
  bindings.data_sent(0, Tag(77), bound_to(9).bound);
  EXPECT_EQ(fresh(), 1u);
  bindings.delivered(0, tag, bound_to(9).bound, now);
  EXPECT_EQ(fresh(), 1u);
  bindings.published(0, tag, bound_to(2), {now, now});
  EXPECT_EQ(fresh(), 1u);
  bindings.published(0, tag, bound_to(0), {now, now});
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfBindingsWantsABirthToBeWhereItsHandshakeWasAnswered) {
  Bindings bindings(breaches, policy);
  SessionView birth = bound_to(1);
  birth.version = {OwnerEpoch{1}, 1};
  bindings.asked(0, birth.bound, now);
  bindings.published(0, tag, birth, {now, now});
  EXPECT_EQ(fresh(), 1u);
  bindings.removed(0, tag);
  bindings.acked(0, birth.bound, now);
  bindings.published(0, tag, birth, {now, now});
  EXPECT_EQ(fresh(), 0u);
}

TEST_F(AChecker, OfBindingsLetsAPathDrainForAWhileWhateverTheViewSays) {
  Bindings bindings(breaches, policy);
  for (const auto host : {std::uint8_t{1}, std::uint8_t{2}}) {
    SessionView view = bound_to(host);
    if (host == 2) view.draining = bound_to(1).bound;
    view.drain_until = Instant::never();
    bindings.asked(0, view.bound, now);
    bindings.published(0, tag, view, {now, now});
  }
  bindings.delivered(0, tag, bound_to(1).bound, now + 10s);
  EXPECT_EQ(fresh(), 0u);
  bindings.delivered(0, tag, bound_to(1).bound, now + 11s);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfServingRefusesWhatANodeDoesBehindItsDeadline) {
  Serving serving(breaches);
  serving.acted(0, "a transition", now);
  serving.until(0, now + 1s);
  serving.acted(0, "a transition", now);
  serving.acted(1, "a transition", now + 1s);
  EXPECT_EQ(fresh(), 0u);
  serving.acted(0, "a transition", now + 1s);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(AChecker, OfAmplificationRefusesToAnswerStrangersWithMoreThanTheyGave) {
  Amplification amplification(breaches);
  const Endpoint stranger = bound_to(1).bound;
  amplification.received(stranger, 100);
  amplification.sent(stranger, 100);
  EXPECT_EQ(fresh(), 0u);
  amplification.sent(stranger, 1);
  EXPECT_EQ(fresh(), 1u);
  amplification.proven(stranger);
  amplification.sent(stranger, 1000);
  EXPECT_EQ(fresh(), 0u);
}

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

TEST_F(AChecker, OfOwnershipRefusesServiceByALoserAndOfASupersededSession) {
  Ownership ownership(breaches);
  SessionView old = bound_to(1), next = bound_to(1);
  old.version.owner_epoch = OwnerEpoch{1};
  next.version.owner_epoch = OwnerEpoch{2};
  ownership.installed(old);
  ownership.published(0, old);
  ownership.served(old);
  EXPECT_EQ(fresh(), 0u);
  ownership.published(1, next);
  ownership.served(old);
  EXPECT_EQ(fresh(), 1u);
  ownership.published(1, next);
  EXPECT_EQ(fresh(), 0u);
  ownership.published(2, next);
  EXPECT_EQ(fresh(), 1u) << "two nodes under one owner epoch";
  SessionView newer = bound_to(1);
  newer.client_tag = Tag(78);
  ownership.installed(newer);
  ownership.served(next);
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

TEST_F(AChecker, OfBoundsRefusesWorkWithoutEndAndSessionsWithoutSlots) {
  Bounds bounds(breaches);
  bounds.acted(Bounds::kMostActions);
  bounds.holds(4, 4);
  EXPECT_EQ(fresh(), 0u);
  bounds.acted(Bounds::kMostActions + 1);
  bounds.holds(5, 4);
  EXPECT_EQ(fresh(), 2u);
}

}  // namespace
}  // namespace jvpn::sim
