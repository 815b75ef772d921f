// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

using ::std::string;
using Strings = std::vector<string>;

TEST(Birth, EndsAttachedWithOneTransitionAndDone) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  EXPECT_EQ(gateway.transitions(), Strings{"BIRTH->ATTACHED attached_to_transport 1:1"});
  EXPECT_EQ(gateway.event_types(),
            (Strings{"SessionCreated", "SessionStateChange", "TransportAttached"}));
  const SessionInfo info = gateway.session();
  EXPECT_EQ(info.state, State::attached);
  EXPECT_EQ(info.id, client.ack->session);
  EXPECT_EQ(info.bound, kHome);
  EXPECT_EQ(to_string(info.bound_version), "1:1");
  EXPECT_EQ(gateway.views.at(client.tag).client_tag, client.client_tag);
  const auto done = client.last<HandshakeDone>(kHome);
  EXPECT_EQ(done->observed, kHome);
  EXPECT_EQ(done->bound_version, info.bound_version);
}

TEST(Birth, GivesBothSidesTheSameKeys) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const Key32 own = derive_control_key(client.roots.resume, Direction::client_to_gateway);
  EXPECT_TRUE(gateway.control_keys.at(client.tag).equals(own));
}

TEST(Birth, KeepsNothingBeforeConfirm) {
  FakeGateway gateway;
  FakeClient client(gateway);
  const string before = gateway.picture();
  for (int n = 0; n < 100; ++n) gateway.handshake(client.init(), kHome);
  EXPECT_EQ(gateway.sent.size(), 100u);
  EXPECT_EQ(gateway.picture(), before);
  EXPECT_EQ(gateway.slots.taken(), 0u);
}

TEST(Birth, AnswersNeverExceedTheQuestion) {
  FakeGateway gateway;
  FakeClient client(gateway);
  gateway.handshake(client.init(), kHome);
  ASSERT_EQ(gateway.sent.size(), 1u);
  EXPECT_LE(gateway.sent[0].payload.size(), kInitSize);
  ASSERT_TRUE(client.read_ack(gateway.sent[0].payload));
  const Datagram confirm = client.confirm();
  gateway.handshake(confirm, kHome);
  ASSERT_EQ(gateway.sent.size(), 2u);
  EXPECT_LE(gateway.sent[1].payload.size(), confirm.size());
}

TEST(Birth, TellsAddressesMtuAndPolicy) {
  Configured setup;
  setup.policy.volatility.heartbeat_interval = 250ms;
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  EXPECT_EQ(to_string(client.ack->inner_v4), "10.77.0.2");
  EXPECT_EQ(client.ack->tunnel_mtu, 1420);
  EXPECT_EQ(client.ack->policy.volatility.heartbeat_interval, 250ms);
  EXPECT_TRUE(client.ack->live_session.is_zero());
}

TEST(Birth, RoutesWhatThePeerHasFromItsCommitToItsEnd) {
  Configured setup;
  setup.routes = {*parse_prefix("192.168.50.0/24"), *parse_prefix("fd50::/48")};
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const auto routed = [&](std::span<const IpPrefix> routes) {
    return std::ranges::equal(routes, gateway.setup.routes);
  };
  EXPECT_TRUE(routed(gateway.installs.at(0).routes));
  EXPECT_TRUE(routed(gateway.session().routes));
  EXPECT_EQ(field(gateway.events("SessionCreated").at(0), "routes"), "192.168.50.0/24 fd50::/48");
  EXPECT_TRUE(gateway.removals.empty());
  ASSERT_TRUE(gateway.terminate(client.current));
  EXPECT_TRUE(routed(gateway.removals.at(0).routes));
}

TEST(Birth, TellsWhichSessionOfThePeerLives) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  const SessionId live = client.current;
  ASSERT_TRUE(client.begin());
  EXPECT_EQ(client.ack->live_session, live);
}

TEST(Birth, TakesTheFirstSuiteOfferedUnlessThePeerHasAFixedOne) {
  FakeGateway gateway;
  FakeClient client(gateway);
  client.offers = {Suite::chacha20_poly1305, Suite::aes_256_gcm};
  ASSERT_TRUE(client.connect());
  EXPECT_EQ(gateway.session().suite, Suite::chacha20_poly1305);

  Configured fixed;
  fixed.suite = Suite::aes_256_gcm;
  FakeGateway strict(std::move(fixed));
  FakeClient other(strict);
  other.offers = {Suite::chacha20_poly1305};
  EXPECT_FALSE(other.connect());
  EXPECT_EQ(strict.counter("init_suite"), 1u);
}

TEST(Birth, NeedsThePskThatThePeerHas) {
  Configured setup;
  setup.psk = key_of(9);
  setup.psk_required = true;
  FakeGateway gateway(std::move(setup));
  FakeClient client(gateway);
  ASSERT_TRUE(client.connect());
  FakeClient without(gateway);
  without.psk = Key32();
  EXPECT_FALSE(without.connect());
  without.psk = key_of(8);
  EXPECT_FALSE(without.connect());
  EXPECT_EQ(gateway.counter("init_psk"), 2u);
}

TEST(Birth, TakesEitherOfTwoPsksWhileClientsChangeOver) {
  Configured setup;
  setup.psk = key_of(9);
  setup.next_psk = key_of(10);
  setup.psk_required = true;
  FakeGateway gateway(std::move(setup));
  for (const std::uint8_t fill : {std::uint8_t{9}, std::uint8_t{10}}) {
    FakeClient client(gateway);
    client.psk = key_of(fill);
    EXPECT_TRUE(client.connect()) << int{fill};
  }
}

TEST(Birth, GoesWithoutPskUnlessOneIsRequired) {
  Configured setup;
  setup.psk = key_of(9);
  FakeGateway gateway(std::move(setup));
  FakeClient without(gateway);
  without.psk = Key32();
  EXPECT_TRUE(without.connect());
}

TEST(Birth, IsSilentToStrangersAndNoise) {
  FakeGateway gateway;
  FakeClient stranger(gateway, 5);
  gateway.handshake(stranger.init(), kHome);
  EXPECT_EQ(gateway.counter("unknown_peer"), 1u);
  FakeClient client(gateway);
  Datagram init = client.init();
  init[100] ^= 1;
  gateway.handshake(init, kHome);
  EXPECT_EQ(gateway.counter("init_mac1"), 1u);
  gateway.handshake(Datagram(kInitSize, 0), kHome);
  gateway.handshake({}, kHome);
  EXPECT_EQ(gateway.counter("handshake_malformed"), 2u);
  EXPECT_TRUE(gateway.sent.empty());
}

TEST(Birth, LimitsHandshakesPerSourceWithoutHarmToOthers) {
  FakeGateway gateway;
  FakeClient client(gateway);
  const Datagram init = client.init();
  for (int n = 0; n < 500; ++n) gateway.handshake(init, kElsewhere);
  EXPECT_EQ(gateway.counter("cookie_demanded"), 300u);
  EXPECT_EQ(gateway.counter("cookie_sent"), 300u);
  EXPECT_EQ(gateway.sent.size(), 500u);
  EXPECT_TRUE(client.connect());
}

}  // namespace
}  // namespace jvpn::test
