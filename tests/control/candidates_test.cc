// SPDX-License-Identifier: Apache-2.0
#include "control/candidates.h"

#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

Endpoint nth_source(int n) {
  return Endpoint{IpAddress::v4({198, 51, 100, static_cast<std::uint8_t>(n)}), 5000};
}

struct Standby : testing::Test {
  void SetUp() override { ASSERT_TRUE(client.connect()); }
  /// PROBE, PATH_CHALLENGE, PATH_RESPONSE on a standby path.
  void validate(const Endpoint& source, std::uint8_t path) {
    gateway.control(client.seal(PathProbe{PathId{path}, 0, 0}), source);
    gateway.control(client.seal(answer(source, path)), source);
  }
  PathResponse answer(const Endpoint& source, std::uint8_t path) const {
    const auto challenge = client.last<PathChallenge>(source);
    EXPECT_TRUE(challenge.has_value());
    return {PathId{path}, challenge.value_or(PathChallenge{}).token};
  }
  /// One REQUEST and nothing else. True: it was answered by ACK.
  bool jump_at_once(const Endpoint& source, std::uint8_t path) {
    gateway.sent.clear();
    gateway.control(client.request(path), source);
    return client.learn_ack(source);
  }

  FakeGateway gateway;
  FakeClient client{gateway};
};

TEST_F(Standby, ProbeIsChallengedAtItsOwnSourceByNoMoreThanItSent) {
  gateway.sent.clear();
  gateway.control(client.seal(PathProbe{PathId{2}, 20'000, 0}), kMobile);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_EQ(gateway.sent[0].destination, kMobile);
  EXPECT_LE(gateway.sent[0].payload.size(), kSmallAnswerSize);
  const auto challenge = client.last<PathChallenge>(kMobile);
  ASSERT_TRUE(challenge.has_value());
  EXPECT_EQ(challenge->observed, kMobile);
  EXPECT_EQ(challenge->token.number, client.number);
}

TEST_F(Standby, ValidationMovesNoStateBindingOrLosslessAudit) {
  const std::string before = gateway.picture();
  validate(kMobile, 2);
  EXPECT_EQ(gateway.counter("candidate_validated"), 1u);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Standby, RequestFromAValidatedSourceJumpsWithASingleMessage) {
  validate(kMobile, 2);
  EXPECT_TRUE(jump_at_once(kMobile, 2));
  EXPECT_EQ(gateway.session().bound, kMobile);
  EXPECT_EQ(gateway.transitions().size(), 4u);
  EXPECT_EQ(gateway.counter("candidate_jump"), 1u);
  EXPECT_EQ(gateway.events("TransportSwitch").size(), 1u);
}

TEST_F(Standby, RepeatedSingleMessageGetsTheSameAckAndChangesNothing) {
  validate(kMobile, 2);
  const Datagram request = client.request(2);
  gateway.control(request, kMobile);
  const std::string before = gateway.picture();
  const std::vector<std::uint8_t> ack = gateway.sent.back().payload;
  gateway.sent.clear();
  gateway.control(request, kMobile);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_EQ(gateway.sent[0].payload, ack);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Standby, AnyOtherSourceOrPathIsChallenged) {
  validate(kMobile, 2);
  EXPECT_FALSE(jump_at_once(kElsewhere, 2));
  EXPECT_TRUE(client.last<ReattachChallenge>(kElsewhere).has_value());
  EXPECT_FALSE(jump_at_once(kMobile, 3));
  EXPECT_TRUE(client.last<ReattachChallenge>(kMobile).has_value());
  EXPECT_EQ(gateway.session().bound, kHome);
}

TEST_F(Standby, CopyOfTheRequestThatCameFirstFromElsewhereTakesNothingAway) {
  validate(kMobile, 2);
  const Datagram request = client.request(2);
  gateway.control(request, kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(request, kMobile);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST_F(Standby, CandidateAgesFromItsChallengeOn) {
  gateway.control(client.seal(PathProbe{PathId{2}, 0, 0}), kMobile);
  gateway.pass(1s);
  gateway.healthy(client.tag);
  gateway.control(client.seal(answer(kMobile, 2)), kMobile);
  gateway.pass(9s);
  gateway.healthy(client.tag);
  EXPECT_TRUE(jump_at_once(kMobile, 2));

  validate(kHome, 1);
  gateway.pass(10'001ms);
  gateway.healthy(client.tag);
  EXPECT_FALSE(jump_at_once(kHome, 1));
}

TEST_F(Standby, TheOldPathNeedsAProbeOfItsOwn) {
  validate(kMobile, 2);
  ASSERT_TRUE(jump_at_once(kMobile, 2));
  gateway.pass(2s);
  gateway.healthy(client.tag);
  EXPECT_FALSE(jump_at_once(kHome, 1));
  validate(kHome, 1);
  EXPECT_TRUE(jump_at_once(kHome, 1));
  EXPECT_FALSE(jump_at_once(kMobile, 2));  // spent by its own commit
}

TEST_F(Standby, ResponseFromElsewhereOrTwiceOrLateValidatesNothing) {
  gateway.control(client.seal(PathProbe{PathId{2}, 0, 0}), kMobile);
  const Datagram response = client.seal(answer(kMobile, 2));
  gateway.control(client.seal(answer(kMobile, 2)), kElsewhere);
  EXPECT_EQ(gateway.counter("path_response_unasked"), 1u);
  gateway.control(response, kMobile);
  gateway.control(response, kMobile);
  EXPECT_EQ(gateway.counter("candidate_validated"), 1u);
  EXPECT_EQ(gateway.counter("replay_detected"), 1u);
  gateway.control(client.seal(PathProbe{PathId{3}, 0, 0}), kElsewhere);
  gateway.pass(5001ms);
  gateway.control(client.seal(answer(kElsewhere, 3)), kElsewhere);
  EXPECT_EQ(gateway.counter("candidate_validated"), 1u);
}

TEST_F(Standby, SlowPathIsValidatedThoughAFastOneOvertakesIt) {
  const Datagram slow = client.seal(PathProbe{PathId{3}, 0, 0});
  validate(kMobile, 2);
  gateway.control(slow, kElsewhere);
  gateway.control(client.seal(answer(kElsewhere, 3)), kElsewhere);
  EXPECT_EQ(gateway.counter("candidate_validated"), 2u);
}

TEST_F(Standby, TokenOfOnePurposeServesNoOther) {
  gateway.control(client.seal(PathProbe{PathId{2}, 0, 0}), kMobile);
  const PathToken token = answer(kMobile, 2).token;
  gateway.control(client.seal(ReattachConfirm{client.fields(2), token}), kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
}

TEST_F(Standby, CooldownAndLimitHoldForSingleMessagesToo) {
  validate(nth_source(1), 2);
  ASSERT_TRUE(jump_at_once(nth_source(1), 2));
  validate(nth_source(2), 3);
  EXPECT_FALSE(jump_at_once(nth_source(2), 3));
  EXPECT_EQ(client.last<ReattachReject>(nth_source(2))->reason, Reason::cooldown_active);
}

TEST_F(Standby, ProbesOverTheLimitAreCountedAndNotAnswered) {
  Configured configured;
  configured.policy.limits.probes_per_s = 2;
  FakeGateway strict(std::move(configured));
  FakeClient many(strict);
  ASSERT_TRUE(many.connect());
  strict.sent.clear();
  for (int n = 1; n <= 5; ++n) {
    strict.control(many.seal(PathProbe{PathId{2}, 0, 0}), nth_source(n));
  }
  EXPECT_EQ(strict.sent.size(), 2u);
  EXPECT_EQ(strict.counter("rate_limited"), 3u);
  strict.pass(1ms);
  ASSERT_EQ(strict.events("RateLimited").size(), 1u);
  EXPECT_EQ(field(strict.events("RateLimited")[0], "limit"), "probes");
  EXPECT_EQ(field(strict.events("RateLimited")[0], "count"), "3");
}

TEST(Candidates, KeepTheNewestOfEachPathAndDropTheOldest) {
  Candidates candidates;
  const Instant start{1'000'000'000};
  for (int n = 1; n <= 4; ++n) {
    candidates.note({PathId{static_cast<std::uint8_t>(n)}, nth_source(n), 0, start + n * 1s, {}},
                    3);
  }
  EXPECT_EQ(candidates.size(), 3u);
  EXPECT_EQ(candidates.find(PathId{1}, nth_source(1), 10s, start + 5s), nullptr);
  EXPECT_NE(candidates.find(PathId{2}, nth_source(2), 10s, start + 5s), nullptr);
  candidates.note({PathId{2}, nth_source(9), 0, start + 5s, {}}, 3);
  EXPECT_EQ(candidates.size(), 3u);
  EXPECT_EQ(candidates.find(PathId{2}, nth_source(2), 10s, start + 5s), nullptr);
  EXPECT_NE(candidates.find(PathId{2}, nth_source(9), 10s, start + 5s), nullptr);
}

}  // namespace
}  // namespace jvpn::test
