// SPDX-License-Identifier: Apache-2.0
// The checkers are code too: each must cry out when its invariant is broken. Here those of
// bindings, and what goes to whom.
#include "tests/sim/checkers/checker_fixture.h"

namespace jvpn::sim {
namespace {

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
  bindings.removed(0, tag, now);
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

TEST_F(AChecker, OfBindingsLetsAPathDrainThoughTheSessionGotNewKeysMeanwhileButNotLater) {
  for (const Duration gap : {0s, 1s}) {
    Bindings bindings(breaches, policy);
    bindings.asked(0, bound_to(1).bound, now);
    bindings.asked(0, bound_to(2).bound, now);
    bindings.published(0, tag, bound_to(1), {now, now});
    bindings.removed(0, tag, now);
    bindings.published(0, Tag(tag.value() + 1), bound_to(2), {now, now + gap});
    bindings.delivered(0, Tag(tag.value() + 1), bound_to(1).bound, now + gap);
    EXPECT_EQ(fresh(), gap == 0s ? 0u : 1u);
  }
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

}  // namespace
}  // namespace jvpn::sim
