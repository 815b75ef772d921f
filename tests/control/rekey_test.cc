// SPDX-License-Identifier: Apache-2.0
#include "control/rekey.h"

#include "tests/control/rekey_fixture.h"

namespace jvpn::test {
namespace {

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

}  // namespace
}  // namespace jvpn::test
