// SPDX-License-Identifier: Apache-2.0
// Reattaches that are repeated, late, copied, or made up.
#include "control/path_token.h"
#include "tests/control/reattach_fixture.h"

namespace jvpn::test {
namespace {

TEST_F(Reattaching, LostAckIsRepeatedByteForByte) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  const auto first = gateway.take_sent();
  const std::string after = gateway.picture();
  gateway.pass(300ms);
  gateway.control(confirm, kMobile);
  const auto second = gateway.take_sent();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first.back().payload, second.back().payload);
  EXPECT_EQ(gateway.picture(), after);
}

TEST_F(Reattaching, RequestBehindTheDecisionGetsTheSameAckToo) {
  const Datagram request = client.request(2);
  gateway.control(request, kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  const auto first = gateway.take_sent();
  gateway.control(request, kMobile);
  EXPECT_EQ(gateway.take_sent().back().payload, first.back().payload);
}

TEST_F(Reattaching, LatestConfirmWhoseBindingIsGoneIsTold) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kMobile);
  client.learn_ack(kMobile);
  lose_binding();
  const std::string before = gateway.picture();
  gateway.sent.clear();
  gateway.control(confirm, kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::stale_state_version);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Reattaching, LatestConfirmFromElsewhereIsChallengedAtMostThreeTimes) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kMobile);
  const std::string after = gateway.picture();
  gateway.sent.clear();
  for (int n = 0; n < 6; ++n) gateway.control(confirm, kElsewhere);
  EXPECT_EQ(gateway.sent.size(), 3u);
  EXPECT_TRUE(client.last<ReattachChallenge>(kElsewhere).has_value());
  EXPECT_EQ(gateway.picture(), after);
}

TEST_F(Reattaching, CopyThatOutrunsItsOriginalFromElsewhereCostsOneChallenge) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(confirm, kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(confirm, kMobile);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST(ReattachRate, BeyondItTheLatestRequestIsToldWhenToTryAgainAndStaysFresh) {
  Configured configured;
  configured.policy.limits.reattaches_per_source_per_s = 1;
  FakeGateway gateway(std::move(configured));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const Datagram first = client.request(2);
  gateway.control(first, kMobile);
  ASSERT_TRUE(client.last<ReattachChallenge>(kMobile).has_value());
  gateway.sent.clear();
  const Datagram second = client.request(2);
  gateway.control(second, kMobile);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_LE(gateway.sent[0].payload.size(), second.size());
  const auto reject = client.last<ReattachReject>(kMobile);
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason, Reason::rate_limited);
  EXPECT_EQ(reject->retry_after_ms, 200u);
  EXPECT_EQ(reject->version, gateway.session().version);
  gateway.sent.clear();
  gateway.pass(1s);
  gateway.control(second, kMobile);
  EXPECT_TRUE(client.last<ReattachChallenge>(kMobile).has_value());
  gateway.sent.clear();
  gateway.control(first, kMobile);
  EXPECT_TRUE(gateway.sent.empty()) << "nobody waits for an older one's answer";
  gateway.pass(1ms);
  EXPECT_EQ(gateway.events("RateLimited").size(), 1u);
}

TEST_F(Reattaching, StaleBoundVersionIsRejectedWithTheCurrentOne) {
  const StateVersion old = client.bound_version;
  client.jump(kMobile, 2);
  client.learn_ack(kMobile);
  const StateVersion current = std::exchange(client.bound_version, old);
  const std::string before = gateway.picture();
  gateway.sent.clear();
  gateway.control(client.request(1), kHome);
  const auto reject = client.last<ReattachReject>(kHome);
  ASSERT_TRUE(reject.has_value());
  EXPECT_EQ(reject->reason, Reason::stale_state_version);
  EXPECT_EQ(reject->bound_version, current);
  EXPECT_EQ(gateway.picture(), before);
}

TEST_F(Reattaching, TokenIsOnlyGoodForItsSource) {
  gateway.control(client.request(2), kMobile);
  gateway.control(client.answer(kMobile, 2), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.counter("path_not_validated"), 1u);
}

TEST_F(Reattaching, TokenExpires) {
  for (const Duration wait : {5000ms, 5001ms}) {
    FakeGateway other;
    FakeClient late(other);
    ASSERT_TRUE(late.connect());
    other.control(late.request(2), kMobile);
    other.pass(wait);
    other.control(late.answer(kMobile, 2), kMobile);
    EXPECT_EQ(other.session().bound == kMobile, wait == 5000ms);
  }
}

TEST_F(Reattaching, TokenThatTheClientInventsProvesNothing) {
  PathToken forged{token_clock_ms(gateway.now), client.number + 1, {}};
  gateway.control(client.seal(ReattachConfirm{client.fields(2), forged}), kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
  gateway.control(client.request(2), kMobile);
  forged = client.last<ReattachChallenge>(kMobile)->token;
  forged.issued_ms += 1;
  gateway.control(client.seal(ReattachConfirm{client.fields(2), forged}), kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
}

TEST_F(Reattaching, NewerRequestVoidsTheOlder) {
  gateway.control(client.request(2), kMobile);
  const Datagram confirm = client.answer(kMobile, 2);
  gateway.control(client.request(3), kElsewhere);
  gateway.control(confirm, kMobile);
  EXPECT_EQ(gateway.session().bound, kHome);
  EXPECT_EQ(gateway.counter("stale_request"), 1u);
  gateway.control(client.answer(kElsewhere, 3), kElsewhere);
  EXPECT_EQ(gateway.session().bound, kElsewhere);
}

TEST_F(Reattaching, SourceThatCannotBeAnsweredIsNoCandidate) {
  for (const char* source : {"224.0.0.5:4000", "255.255.255.255:9", "[ff02::1]:4000"}) {
    const Endpoint from = endpoint(source);
    gateway.control(client.request(2), from);
    EXPECT_EQ(rejected(from), Reason::invalid_transport_candidate) << source;
  }
  EXPECT_EQ(gateway.counter("invalid_transport_candidate"), 3u);
}

TEST_F(Reattaching, WrongKeyEpochIsRejected) {
  Reattach fields = client.fields(2);
  fields.key_epoch = KeyEpoch{1};
  gateway.control(client.seal(ReattachRequest{fields}), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::key_expired);
}

TEST_F(Reattaching, SessionPastItsLifetimeIsExpiredEvenBeforeTheTick) {
  gateway.now = gateway.now + std::chrono::hours(8);
  gateway.control(client.request(2), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::session_expired);
}

TEST_F(Reattaching, SessionPastItsTransportTtlIsExpiredEvenBeforeTheTick) {
  lose_binding();
  gateway.now = gateway.now + 15s;
  gateway.control(client.request(2), kMobile);
  EXPECT_EQ(rejected(kMobile), Reason::session_expired);
}

TEST_F(Reattaching, OtherOwnerEpochIsNotForUs) {
  Message message{OwnerEpoch{2},
                  MessageNumber{++client.number},
                  {},
                  client.current,
                  ReattachRequest{client.fields(2)}};
  Bytes<kMaxMessageSize> plain;
  const std::size_t size = write_message(message, plain, kRequestSize);
  gateway.feed(ControlInput{client.tag, ByteView(plain).first(size), {kMobile, 0, 256}});
  EXPECT_EQ(gateway.last_actions, 0u);
  EXPECT_EQ(gateway.counter("other_owner_epoch"), 1u);
}

}  // namespace
}  // namespace jvpn::test
