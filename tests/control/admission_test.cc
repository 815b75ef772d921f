// SPDX-License-Identifier: Apache-2.0
#include "control/admission.h"

#include <gtest/gtest.h>

#include "session/core/cookie.h"
#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

Endpoint nth_host(int n) {
  return Endpoint{IpAddress::v4({198, 51, static_cast<std::uint8_t>(n), 1}), 5000};
}

/// The cookie that the latest datagram carries for this INIT, or nothing.
std::optional<CookieReply> cookie_in(const FakeGateway& gateway, ByteView init) {
  if (gateway.sent.empty()) return std::nullopt;
  const CookieScope scope{read_init(init)->attempt, mac1_in(init), gateway.key.public_key};
  return read_cookie_reply(gateway.sent.back().payload, scope);
}
Datagram with_cookie(Datagram init, const Mac& cookie) {
  put_mac2(init, mac2_of(cookie, read_init(init)->before_mac2));
  return init;
}

struct Loaded : testing::Test {
  void SetUp() override { gateway.lag(21ms); }
  FakeGateway gateway;
  FakeClient client{gateway};
};

TEST_F(Loaded, AsksForACookieBeforeItDoesAnyCurve) {
  const Datagram init = client.init();
  gateway.handshake(init, kHome);
  const auto reply = cookie_in(gateway, init);
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->retry_after, Duration::zero());
  EXPECT_LE(gateway.sent.back().payload.size(), init.size());

  gateway.sent.clear();
  gateway.handshake(with_cookie(init, reply->cookie), kHome);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_TRUE(client.read_ack(gateway.sent[0].payload));
  gateway.handshake(client.confirm(), kHome);
  EXPECT_EQ(gateway.session().state, State::attached);
}

TEST_F(Loaded, CookieServesNoOtherSourceAndNoOtherInit) {
  const Datagram init = client.init();
  gateway.handshake(init, kHome);
  const Mac cookie = cookie_in(gateway, init).value().cookie;
  gateway.handshake(with_cookie(init, cookie), kElsewhere);
  gateway.handshake(with_cookie(init, cookie), Endpoint{kHome.address, 4001});
  Datagram altered = with_cookie(init, cookie);
  altered.back() ^= 1;
  gateway.handshake(altered, kHome);
  EXPECT_EQ(gateway.counter("cookie_demanded"), 4u);
  EXPECT_TRUE(gateway.core.sessions(gateway.now).empty());
}

TEST_F(Loaded, CookieOutlivesOneChangeOfItsSecretButNotTwo) {
  const Datagram init = client.init();
  gateway.handshake(init, kHome);
  const Mac cookie = cookie_in(gateway, init).value().cookie;
  gateway.pass(119s);
  gateway.handshake(with_cookie(init, cookie), kHome);
  EXPECT_EQ(gateway.counter("cookie_demanded"), 1u);
  gateway.pass(121s);
  gateway.pass(121s);
  gateway.handshake(with_cookie(init, cookie), kHome);
  EXPECT_EQ(gateway.counter("cookie_demanded"), 2u);
}

TEST_F(Loaded, SessionsThatLiveJumpAsEver) {
  gateway.lag(0ms);
  gateway.pass(1s);
  gateway.lag(0ms);
  ASSERT_TRUE(client.connect());
  gateway.lag(21ms);
  client.jump(kMobile, 2);
  EXPECT_EQ(gateway.session().bound, kMobile);
}

TEST(Admission, BirthsUnderLoadWaitAndAreToldHowLong) {
  Configured setup;
  setup.policy.limits.handshakes_per_s = 8;  // a quarter of it under load: two at once
  FakeGateway gateway(std::move(setup));
  gateway.lag(21ms);
  int deferred = 0;
  for (int n = 0; n < 4; ++n) {
    FakeClient client(gateway, 0, static_cast<std::uint64_t>(n + 1));
    const Datagram init = client.init();
    gateway.handshake(init, nth_host(n));
    const Datagram proven = with_cookie(init, cookie_in(gateway, init).value().cookie);
    gateway.handshake(proven, nth_host(n));
    const auto answer = cookie_in(gateway, proven);
    if (!answer) continue;
    ++deferred;
    EXPECT_GE(answer->retry_after, 1s);
    EXPECT_LE(answer->retry_after, 5s);
  }
  EXPECT_EQ(deferred, 2);
  EXPECT_EQ(gateway.counter("admission_deferred"), 2u);
  gateway.pass(1ms);
  ASSERT_EQ(gateway.events("RateLimited").size(), 1u);
  EXPECT_EQ(field(gateway.events("RateLimited")[0], "limit"), "births_under_load");
}

TEST(Admission, SourceThatProvesItselfIsBoundedAllTheSame) {
  Configured setup;
  setup.policy.limits.handshakes_per_source_per_s = 3;
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  const Datagram init = client.init();
  for (int n = 0; n < 4; ++n) gateway.handshake(init, kHome);
  const Datagram proven = with_cookie(init, cookie_in(gateway, init).value().cookie);
  gateway.sent.clear();
  for (int n = 0; n < 10; ++n) gateway.handshake(proven, kHome);
  EXPECT_EQ(gateway.sent.size(), 3u);
  EXPECT_EQ(gateway.counter("handshake_rate_limited"), 7u);
}

TEST(Admission, SpoofedFloodDoesNotKeepOutWhoProvesItsAddress) {
  Configured setup;
  setup.policy.limits.handshakes_per_s = 20;
  FakeGateway gateway(std::move(setup));
  FakeClient flood(gateway);
  const Datagram copy = flood.init();
  for (int n = 0; n < 100; ++n) gateway.handshake(copy, nth_host(n));
  FakeClient client(gateway);
  const Datagram init = client.init();
  gateway.handshake(init, kHome);
  const auto reply = cookie_in(gateway, init);
  ASSERT_TRUE(reply.has_value());
  gateway.handshake(with_cookie(init, reply->cookie), kHome);
  EXPECT_TRUE(client.read_ack(gateway.sent.back().payload));
}

struct Full : testing::Test {
  void connect(const LimitsPolicy& limits) {
    Configured setup;
    setup.peers = 3;
    setup.policy.limits = limits;
    gateway = std::make_unique<FakeGateway>(std::move(setup));
    for (std::size_t n = 0; n < 3; ++n) {
      clients.push_back(std::make_unique<FakeClient>(*gateway, n, 50 + n));
      clients[n]->source = nth_host(static_cast<int>(n / 2));
    }
    ASSERT_TRUE(clients[0]->connect());
    ASSERT_TRUE(clients[1]->connect());
  }
  std::unique_ptr<FakeGateway> gateway;
  std::vector<std::unique_ptr<FakeClient>> clients;
};

TEST_F(Full, GatewayDefersTheNextPeerButNotOneThatIsThere) {
  LimitsPolicy limits;
  limits.sessions = 2;
  connect(limits);
  const Datagram init = clients[2]->init();
  gateway->sent.clear();
  gateway->handshake(init, kElsewhere);
  EXPECT_GE(cookie_in(*gateway, init).value().retry_after, 1s);
  EXPECT_EQ(gateway->counter("no_room_for_session"), 1u);
  EXPECT_TRUE(clients[1]->connect());
  ASSERT_TRUE(gateway->terminate(clients[0]->current));
  EXPECT_TRUE(clients[2]->connect());
}

TEST_F(Full, NetworkIsFullForItselfOnly) {
  LimitsPolicy limits;
  limits.sessions_per_prefix = 2;
  connect(limits);
  clients[2]->source = Endpoint{IpAddress::v4({198, 51, 0, 77}), 1};
  EXPECT_FALSE(clients[2]->connect());
  gateway->pass(1ms);
  EXPECT_EQ(field(gateway->events("RateLimited").at(0), "limit"), "sessions_per_prefix");
  clients[2]->source = nth_host(9);
  EXPECT_TRUE(clients[2]->connect());
}

TEST(Admission, ReattachesOfOneSourceAreBounded) {
  Configured setup;
  setup.policy.limits.reattaches_per_source_per_s = 2;
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  gateway.sent.clear();
  for (int n = 0; n < 5; ++n) gateway.control(client.request(2), kMobile);
  std::map<MessageKind, int> answers;
  for (const SendDatagram& sent : gateway.sent) ++answers[kind_of(client.open(sent.payload)->body)];
  EXPECT_EQ(answers[MessageKind::reattach_challenge], 2);
  EXPECT_EQ(answers[MessageKind::reattach_reject], 3);
  EXPECT_EQ(gateway.counter("rate_limited"), 3u);
  client.jump(kElsewhere, 3);
  EXPECT_EQ(gateway.session().bound, kElsewhere);
}

}  // namespace
}  // namespace jvpn::test
