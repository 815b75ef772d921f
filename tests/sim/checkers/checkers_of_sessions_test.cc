// SPDX-License-Identifier: Apache-2.0
// The checkers are code too: each must cry out when its invariant is broken. Here those of
// versions, deadlines, ownership, bounds.
#include "tests/sim/checkers/checker_fixture.h"

namespace jvpn::sim {
namespace {

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

TEST_F(AChecker, OfWanderingsCountsOwnersSinceTheSessionWasLastBound) {
  Wanderings wanderings;
  AuditEvent acquired;
  acquired.type = "OwnerAcquired";
  AuditEvent bound;
  bound.type = "TransportSwitch";
  for (int n = 0; n < 3; ++n) wanderings.see(acquired);
  EXPECT_EQ(wanderings.most(), 3);
  wanderings.see(bound);
  EXPECT_EQ(wanderings.most(), 0);
  wanderings.see(acquired);
  wanderings.begin_anew();
  EXPECT_EQ(wanderings.most(), 0);
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
