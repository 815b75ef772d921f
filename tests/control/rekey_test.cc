// SPDX-License-Identifier: Apache-2.0
#include "control/rekey.h"

#include "control/rekey_need.h"
#include "tests/control/connected_fixture.h"

namespace jvpn::test {
namespace {

/// A gateway and a client that know how to rekey; samples are what a worker would show.
struct Rekeying : Connected {
  void SetUp() override { connect({}); }
  HealthReport sample() {
    HealthReport report;
    report.bound_version = gateway->views.at(client->tag).bound_version;
    report.evidence_at = gateway->now;
    report.key_epoch = gateway->key_epochs.at(client->tag);
    report.opened_key_epoch = opened;
    report.bytes_up = bytes;
    return report;
  }
  void look() { gateway->health(client->tag, sample()); }
  /// Data flows for that long.
  void flow(Duration time) {
    for (Duration passed{}; passed < time; passed += 500ms) {
      gateway->pass(500ms);
      ++bytes;
      look();
      if (gateway->views.empty()) return;
    }
  }
  void ask_by_operator() {
    ASSERT_TRUE(gateway->rekey(client->current));
    look();
  }
  /// The client's answer to the latest INIT.
  Datagram answer() {
    const auto init = client->last<RekeyInit>(kHome);
    EXPECT_TRUE(init.has_value());
    return client->seal(RekeyAck{{init->key_epoch, own.public_key}}, number_of_init());
  }
  MessageNumber number_of_init() {
    for (auto sent = gateway->sent.rbegin(); sent != gateway->sent.rend(); ++sent) {
      const auto message = client->open(sent->payload);
      if (message && std::holds_alternative<RekeyInit>(message->body)) return message->number;
    }
    return {};
  }
  /// Both sides' next root, from the client's point of view.
  Key32 root_after(const PublicKey& init, const PublicKey& ack, const PublicKey& gateways) const {
    return derive_rekeyed_root(client->roots.traffic, x25519(own.secret, gateways).value(),
                               {client->current, KeyEpoch{1}, init, ack});
  }
  bool staged_is(const Key32& root) const {
    const StageKeys& staged = gateway->staged.at(client->tag);
    const auto up = derive_traffic_key(root, KeyEpoch{1}, Direction::client_to_gateway);
    const auto down = derive_traffic_key(root, KeyEpoch{1}, Direction::gateway_to_client);
    return std::ranges::equal(staged.uplink.key.view(), up.key.view()) &&
           std::ranges::equal(staged.downlink.key.view(), down.key.view()) &&
           staged.uplink.iv == up.iv && staged.downlink.iv == down.iv;
  }
  KeyEpoch sealing() const { return gateway->views.at(client->tag).key_epoch; }

  KeyPair own = KeyPair::from_secret(key_of(77));
  KeyEpoch opened{};
  std::uint64_t bytes = 0;
};

TEST_F(Rekeying, OperatorGetsFreshKeysThatBothSidesDerive) {
  ask_by_operator();
  const auto init = client->last<RekeyInit>(kHome);
  ASSERT_TRUE(init.has_value());
  EXPECT_EQ(init->key_epoch, KeyEpoch{1});
  EXPECT_TRUE(gateway->staged.empty());
  EXPECT_EQ(sealing(), KeyEpoch{0});
  gateway->control(answer(), kHome);
  EXPECT_TRUE(staged_is(root_after(init->ephemeral, own.public_key, init->ephemeral)));
  EXPECT_EQ(sealing(), KeyEpoch{1});
}

TEST_F(Rekeying, OldKeysRetireASecondAfterTheNewOnesWereUsed) {
  ask_by_operator();
  gateway->control(answer(), kHome);
  gateway->pass(5s);
  look();
  EXPECT_EQ(gateway->key_epochs.at(client->tag), KeyEpoch{0});
  opened = KeyEpoch{1};
  look();
  ASSERT_EQ(gateway->events("KeyRotated").size(), 1u);
  EXPECT_EQ(field(gateway->events("KeyRotated")[0], "key_epoch"), "1");
  EXPECT_EQ(field(gateway->events("KeyRotated")[0], "cause"), "operator");
  gateway->pass(999ms);
  EXPECT_EQ(gateway->key_epochs.at(client->tag), KeyEpoch{0});
  gateway->pass(1ms);
  EXPECT_EQ(gateway->key_epochs.at(client->tag), KeyEpoch{1});
  look();
  ask_by_operator();  // the next one may begin
  EXPECT_EQ(client->last<RekeyInit>(kHome)->key_epoch, KeyEpoch{2});
}

TEST_F(Rekeying, NoneBeginsBeforeTheLastKeyIsGone) {
  ask_by_operator();
  gateway->control(answer(), kHome);
  gateway->sent.clear();
  opened = KeyEpoch{1};
  look();
  ask_by_operator();
  gateway->control(client->seal(RekeyInit{{KeyEpoch{2}, own.public_key}}), kHome);
  EXPECT_TRUE(gateway->sent.empty());
  EXPECT_EQ(gateway->counter("rekey_not_now"), 1u);
}

TEST_F(Rekeying, ClientsWishIsGrantedAndSealedUnderOnlyOnceItUsesTheKeys) {
  gateway->control(client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}}), kHome);
  const auto ack = client->last<RekeyAck>(kHome);
  ASSERT_TRUE(ack.has_value());
  EXPECT_TRUE(staged_is(root_after(own.public_key, ack->ephemeral, ack->ephemeral)));
  look();
  EXPECT_EQ(sealing(), KeyEpoch{0});
  opened = KeyEpoch{1};
  look();
  EXPECT_EQ(sealing(), KeyEpoch{1});
  EXPECT_EQ(field(gateway->events("KeyRotated").at(0), "cause"), "client");
}

TEST_F(Rekeying, SameInitGetsTheSameAck) {
  const Datagram init = client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}});
  gateway->control(init, kHome);
  gateway->control(init, kHome);
  ASSERT_EQ(gateway->sent.size(), 2u);
  EXPECT_EQ(gateway->sent[0].payload, gateway->sent[1].payload);
}

TEST_F(Rekeying, ClientThatNeverHeardTheAckMayAskAnew) {
  gateway->control(client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}}), kHome);
  own = KeyPair::from_secret(key_of(78));
  const Datagram second = client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}});
  gateway->control(second, kHome);  // takes the room of the first back
  EXPECT_TRUE(gateway->staged.empty());
  gateway->control(second, kHome);
  const auto ack = client->last<RekeyAck>(kHome);
  ASSERT_TRUE(ack.has_value());
  EXPECT_TRUE(staged_is(root_after(own.public_key, ack->ephemeral, ack->ephemeral)));
}

TEST_F(Rekeying, GatewaysInitWinsWhenBothAsk) {
  ask_by_operator();
  gateway->control(client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}}), kHome);
  EXPECT_FALSE(client->last<RekeyAck>(kHome).has_value());
  gateway->control(answer(), kHome);
  EXPECT_EQ(sealing(), KeyEpoch{1});
}

TEST_F(Rekeying, InitIsRepeatedAsItIsAndGivenUpAfterSevenSends) {
  ask_by_operator();
  for (int n = 0; n < 40; ++n) {
    gateway->pass(250ms);
    look();
  }
  ASSERT_EQ(gateway->sent.size(), 7u);
  for (const SendDatagram& sent : gateway->sent) {
    EXPECT_EQ(sent.payload, gateway->sent[0].payload);
  }
  gateway->pass(1s);
  look();
  ASSERT_EQ(gateway->events("RekeyDenied").size(), 1u);
  EXPECT_EQ(field(gateway->events("RekeyDenied")[0], "why"), "unanswered");
  EXPECT_EQ(gateway->slots.keys_taken(), 0u);
  for (int n = 0; n < 11; ++n) {
    gateway->pass(1s);
    look();
  }
  EXPECT_GT(gateway->sent.size(), 7u);
  EXPECT_NE(gateway->sent.back().payload, gateway->sent[0].payload);
}

TEST_F(Rekeying, AnswerOfAnotherNumberEpochOrToNothingChangesNothing) {
  gateway->control(client->seal(RekeyAck{{KeyEpoch{1}, own.public_key}}, MessageNumber{3}), kHome);
  ask_by_operator();
  const MessageNumber number = number_of_init();
  gateway->control(
      client->seal(RekeyAck{{KeyEpoch{1}, own.public_key}}, MessageNumber{number.value + 1}),
      kHome);
  gateway->control(client->seal(RekeyAck{{KeyEpoch{2}, own.public_key}}, number), kHome);
  EXPECT_EQ(gateway->counter("rekey_ack_unasked"), 3u);
  gateway->control(client->seal(RekeyAck{{KeyEpoch{1}, PublicKey{}}}, number), kHome);
  EXPECT_EQ(gateway->counter("rekey_zero_dh"), 1u);
  EXPECT_TRUE(gateway->staged.empty());
}

TEST_F(Rekeying, TimeCountsOnlyWhileDataFlowsAndIsSpreadByATenth) {
  Policy policy;
  policy.security.rekey_after = 10s;
  connect(policy);
  for (int n = 0; n < 60; ++n) {
    gateway->pass(500ms);
    look();
  }
  EXPECT_EQ(gateway->counter("rekey_denied"), 0u);
  EXPECT_TRUE(gateway->sent.empty());
  flow(8500ms);
  EXPECT_TRUE(gateway->sent.empty());
  flow(3s);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());
}

TEST_F(Rekeying, BlocksAndFailedOpensWantFreshKeysToo) {
  HealthReport report = sample();
  report.blocks = Policy{}.security.rekey_after_blocks;
  gateway->health(client->tag, report);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());

  connect({});
  report = sample();
  report.failed_opens = kGcmFailedOpensRekey;
  gateway->health(client->tag, report);
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());
}

TEST_F(Rekeying, KeysThatServedThreeTimesAsLongEndTheSession) {
  Policy policy;
  policy.security.rekey_after = 2s;
  connect(policy);
  flow(10s);  // nobody answers
  ASSERT_EQ(gateway->events("KeyExpired").size(), 1u);
  EXPECT_EQ(gateway->events("SessionTerminated").at(0).reason, Reason::key_expired);
}

TEST_F(Rekeying, KeyThatSawAllItsBlocksEndsTheSession) {
  HealthReport report = sample();
  report.blocks = kBlocksPerKey;
  gateway->health(client->tag, report);
  EXPECT_EQ(gateway->events("SessionTerminated").at(0).reason, Reason::key_expired);
}

TEST_F(Rekeying, FailedOpensAreSaidButEndNoSession) {
  HealthReport report = sample();
  report.failed_opens = kGcmFailedOpensLimit;
  gateway->health(client->tag, report);
  gateway->health(client->tag, report);
  EXPECT_EQ(gateway->events("KeyExpired").size(), 1u);
  EXPECT_EQ(gateway->session().state, State::attached);
}

TEST_F(Rekeying, FullPoolDefersAndIsSaidOnce) {
  gateway->slots.key_blocks = 0;
  ask_by_operator();
  for (int n = 0; n < 10; ++n) {
    gateway->pass(500ms);
    look();
  }
  ASSERT_EQ(gateway->events("RekeyDenied").size(), 1u);
  EXPECT_EQ(gateway->events("RekeyDenied")[0].reason, Reason::rate_limited);
  EXPECT_TRUE(gateway->sent.empty());
  gateway->slots.key_blocks = 1;
  gateway->pass(1s);
  look();
  EXPECT_TRUE(client->last<RekeyInit>(kHome).has_value());
}

TEST_F(Rekeying, RateOverAllSessionsDefers) {
  Policy policy;
  policy.limits.rekeys_per_s = 1;
  connect(policy, 2);
  FakeClient second(*gateway, 1, 60);
  second.source = kElsewhere;
  ASSERT_TRUE(second.connect());
  gateway->sent.clear();
  ask_by_operator();
  ASSERT_TRUE(gateway->rekey(second.current));
  gateway->healthy(second.tag);
  EXPECT_FALSE(second.last<RekeyInit>(kElsewhere).has_value());
  gateway->pass(1s);
  gateway->healthy(second.tag);
  EXPECT_TRUE(second.last<RekeyInit>(kElsewhere).has_value());
}

TEST_F(Rekeying, JumpMeanwhileMayBearEitherEpoch) {
  ask_by_operator();
  const Datagram answered = answer();
  const auto jump = [&](const Endpoint& to, std::uint8_t path, KeyEpoch epoch) {
    Reattach fields = client->fields(path, Reason::dead_transport_recovery);
    fields.key_epoch = epoch;
    gateway->sent.clear();
    gateway->control(client->seal(ReattachRequest{fields}), to);
    const auto challenge = client->last<ReattachChallenge>(to);
    if (!challenge) return false;
    gateway->control(client->seal(ReattachConfirm{fields, challenge->token}), to);
    return client->learn_ack(to);
  };
  EXPECT_TRUE(jump(kMobile, 2, KeyEpoch{1}));
  EXPECT_TRUE(jump(kHome, 1, KeyEpoch{0}));
  gateway->control(answered, kHome);
  EXPECT_TRUE(jump(kMobile, 2, KeyEpoch{0}));
  EXPECT_TRUE(jump(kHome, 1, KeyEpoch{1}));
  EXPECT_FALSE(jump(kMobile, 2, KeyEpoch{2}));
}

TEST_F(Rekeying, InitFromAnUnboundSourceOrReplayedLaterChangesNothing) {
  const Datagram init = client->seal(RekeyInit{{KeyEpoch{1}, own.public_key}});
  gateway->control(init, kElsewhere);
  EXPECT_TRUE(gateway->sent.empty());
  gateway->control(init, kHome);
  opened = KeyEpoch{1};
  look();
  gateway->pass(1s);
  look();
  const std::string before = gateway->picture();
  gateway->control(init, kHome);
  EXPECT_EQ(gateway->picture(), before);
  EXPECT_TRUE(gateway->staged.empty());
}

TEST(RekeySpread, StaysWithinATenthAndIsTheSameForASession) {
  for (std::uint8_t n = 0; n < 250; ++n) {
    SessionId id;
    id.bytes.fill(n);
    const Duration spread = spread_of(100s, id);
    EXPECT_GE(spread, 90s);
    EXPECT_LE(spread, 110s);
    EXPECT_EQ(spread, spread_of(100s, id));
  }
}

}  // namespace
}  // namespace jvpn::test
