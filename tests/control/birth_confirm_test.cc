// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/control/client_fixture.h"

namespace jvpn::test {
namespace {

using ::std::string;
using Strings = std::vector<string>;

TEST(Birth, ConfirmMustComeFromWhereTheAckWent) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.begin());
  gateway.sent.clear();
  gateway.handshake(client.confirm(), kElsewhere);
  EXPECT_EQ(gateway.counter("path_not_validated"), 1u);
  EXPECT_TRUE(gateway.core.sessions(gateway.now).empty());
  EXPECT_TRUE(gateway.sent.empty());
  gateway.handshake(client.confirm(), kHome);
  EXPECT_EQ(gateway.core.sessions(gateway.now).size(), 1u);
}

TEST(Birth, ConfirmMustBeSealedWithTheHandshakesKeys) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.begin());
  gateway.sent.clear();
  const Datagram good = client.confirm();
  for (std::size_t at = 0; at < good.size(); ++at) {
    Datagram bad = good;
    bad[at] ^= 0x10;
    gateway.handshake(bad, kHome);
    gateway.now = gateway.now + 10ms;  // stay below the rate limit
  }
  EXPECT_TRUE(gateway.core.sessions(gateway.now).empty());
  EXPECT_TRUE(gateway.sent.empty());
  gateway.handshake(good, kHome);
  EXPECT_EQ(gateway.core.sessions(gateway.now).size(), 1u);
}

TEST(Birth, BirthStateLivesAsLongAsThePolicySays) {
  for (const Duration wait : {19'999ms, 20'000ms}) {
    FakeGateway gateway;
    FakeClient client(gateway);
    ASSERT_TRUE(client.begin());
    gateway.pass(wait);
    gateway.handshake(client.confirm(), kHome);
    EXPECT_EQ(gateway.core.sessions(gateway.now).size(), wait < 20s ? 1u : 0u);
  }
}

TEST(Birth, SameConfirmGetsTheSameDone) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.begin());
  const Datagram confirm = client.confirm();
  gateway.handshake(confirm, kHome);
  const string after = gateway.picture();
  const auto first = gateway.take_sent();
  gateway.handshake(confirm, kHome);
  const auto second = gateway.take_sent();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first.back().payload, second.back().payload);
  EXPECT_EQ(gateway.picture(), after);
}

TEST(Birth, ConfirmOfAnEndedSessionCreatesNothing) {
  FakeGateway gateway;
  FakeClient client(gateway);
  ASSERT_TRUE(client.begin());
  const Datagram confirm = client.confirm();
  gateway.handshake(confirm, kHome);
  ASSERT_TRUE(gateway.terminate(client.ack->session));
  const string ended = gateway.picture();
  gateway.sent.clear();
  gateway.handshake(confirm, kHome);
  EXPECT_EQ(gateway.picture(), ended);
  EXPECT_TRUE(gateway.sent.empty());
  EXPECT_EQ(gateway.counter("birth_spent"), 1u);
}

TEST(Birth, ConfirmHeldBackDoesNotPushOutANewerSession) {
  FakeGateway gateway;
  FakeClient older(gateway, 0, 1);
  ASSERT_TRUE(older.begin());
  const Datagram held_back = older.confirm();
  FakeClient newer(gateway, 0, 2);
  ASSERT_TRUE(newer.connect());
  const string before = gateway.picture();
  gateway.handshake(held_back, kHome);
  EXPECT_EQ(gateway.picture(), before);
}

TEST(Birth, OlderSessionOfThePeerEndsFirst) {
  FakeGateway gateway;
  FakeClient first(gateway, 0, 1);
  ASSERT_TRUE(first.connect());
  FakeClient second(gateway, 0, 2);
  ASSERT_TRUE(second.connect());
  EXPECT_EQ(gateway.transitions(), (Strings{"BIRTH->ATTACHED attached_to_transport 1:1",
                                            "ATTACHED->TERMINATED superseded 1:2",
                                            "BIRTH->ATTACHED attached_to_transport 1:1"}));
  EXPECT_EQ(gateway.core.sessions(gateway.now).size(), 1u);
  EXPECT_EQ(gateway.session().id, second.ack->session);
  EXPECT_EQ(gateway.slots.taken(), 1u);
}

TEST(Birth, OlderSessionStaysUntilTheNewerIsConfirmed) {
  FakeGateway gateway;
  FakeClient first(gateway, 0, 1);
  ASSERT_TRUE(first.connect());
  FakeClient second(gateway, 0, 2);
  gateway.handshake(second.init(), kMobile);
  EXPECT_EQ(gateway.session().id, first.ack->session);
  EXPECT_EQ(gateway.session().state, State::attached);
}

TEST(Birth, FourthSupersedeWithinAMinuteKeepsTheExistingSession) {
  FakeGateway gateway;
  std::uint64_t seed = 1;
  for (int n = 0; n < 4; ++n) {
    FakeClient client(gateway, 0, ++seed);
    ASSERT_TRUE(client.connect());
    gateway.pass(1s);
  }
  const SessionId kept = gateway.session().id;
  FakeClient late(gateway, 0, ++seed);
  EXPECT_FALSE(late.connect());
  gateway.handshake(late.confirm(), kHome);
  EXPECT_EQ(gateway.session().id, kept);
  EXPECT_EQ(gateway.events("SecurityOwnershipAnomaly").size(), 1u);
  gateway.pass(57s);
  gateway.healthy(gateway.session().tag);
  FakeClient again(gateway, 0, ++seed);
  EXPECT_TRUE(again.connect());
}

TEST(Birth, NothingIsSaidBeforeTheStoreHasIt) {
  FakeGateway gateway;
  FakeClient client(gateway);
  gateway.auto_commit = false;
  EXPECT_FALSE(client.connect());
  EXPECT_TRUE(gateway.audit.empty());
  EXPECT_EQ(gateway.installed, 0u);
  ASSERT_EQ(gateway.asked.size(), 1u);
  for (std::size_t n = 0; n < 2; ++n) {
    EXPECT_EQ(gateway.asked[0].compares[n].expected, std::nullopt) << "session and peer are new";
  }
  EXPECT_EQ(to_string(gateway.wanted().bound_version), "1:1");
  gateway.handshake(client.confirm(), kHome);
  EXPECT_EQ(gateway.counter("birth_under_way"), 1u);
  ASSERT_EQ(gateway.asked.size(), 1u);
  gateway.settle();
  EXPECT_TRUE(client.last<HandshakeDone>(kHome).has_value());
  EXPECT_EQ(gateway.installed, 1u);
}

TEST(Birth, RefusedCommitGivesTheSlotBackAndMayBeTriedAgain) {
  FakeGateway gateway;
  FakeClient client(gateway);
  gateway.auto_commit = false;
  EXPECT_FALSE(client.connect());
  gateway.settle(StoreOutcome::refused, false);
  EXPECT_EQ(gateway.slots.taken(), 0u);
  EXPECT_TRUE(gateway.audit.empty());
  gateway.handshake(client.confirm(), kHome);
  gateway.settle();
  EXPECT_TRUE(client.last<HandshakeDone>(kHome).has_value());
}

TEST(Birth, FullTableKeepsTheOlderSession) {
  FakeGateway gateway;
  gateway.slots.capacity = 1;
  FakeClient first(gateway, 0, 1);
  ASSERT_TRUE(first.connect());
  FakeClient second(gateway, 0, 2);
  EXPECT_FALSE(second.connect());
  EXPECT_EQ(gateway.counter("no_free_slot"), 1u);
  EXPECT_EQ(gateway.session().id, first.ack->session);
}

TEST(Birth, SpreadsSessionsOverWorkers) {
  Configured setup;
  setup.peers = 20;
  FakeGateway gateway(std::move(setup));
  std::set<std::uint8_t> workers;
  for (std::size_t n = 0; n < 20; ++n) {
    FakeClient client(gateway, n, n);
    ASSERT_TRUE(client.connect());
    workers.insert(GatewayTag::unpack(client.tag).worker);
  }
  EXPECT_EQ(workers, (std::set<std::uint8_t>{0, 1}));
}

}  // namespace
}  // namespace jvpn::test
