// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/key_age.h"
#include "client/timing.h"
#include "tests/client/world.h"

namespace jvpn::client {
namespace {

const Endpoint kGateway = *parse_endpoint("203.0.113.1:51820");

class ClientRekey : public ::testing::Test {
 protected:
  void begin(const std::function<void(ClientPolicy&)>& change = [](ClientPolicy&) {}) {
    world.gateway.answers_probes = false;
    change(world.gateway.offer.policy);
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(1s);
  }
  /// A packet each way; true when both arrived unchanged.
  bool carries() {
    world.delivered.clear();
    world.gateway.delivered.clear();
    const Datagram down = World::inner_packet("10.99.0.2", "10.77.0.2", 5);
    if (!world.send_inner(3)) return false;
    world.send_down(world.gateway.data(down));
    world.run_for(world.delay);
    return world.gateway.delivered.size() == 1 && world.delivered.size() == 1;
  }
  static KeyEpoch epoch_of(const Datagram& datagram) {
    return KeyEpoch{load<WirePrefix>(datagram.data()).low()};
  }
  KeyEpoch sealing() {
    EXPECT_TRUE(world.send_inner(1));
    return epoch_of(world.sent.back().second.payload);
  }

  World world;
};

TEST_F(ClientRekey, AnswersTheGatewaysWishAndGoesOnUnderTheNewKeys) {
  begin();
  for (std::uint32_t n = 1; n <= 20; ++n) {  // more than the four bits of the header can tell
    world.send_down(world.gateway.rekey());
    world.run_for(4s);
    ASSERT_EQ(world.gateway.key_epoch(), KeyEpoch{n});
    ASSERT_TRUE(carries()) << n;
    ASSERT_EQ(sealing().value, n % 16);
  }
  EXPECT_EQ(world.count_events("KeyRotated"), 20u);
}

TEST_F(ClientRekey, SealsUnderTheOldKeysUntilSomethingOpensUnderTheNew) {
  begin();
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    return way == World::Way::down && datagram[0] >> 4 == 5 ? 0u : 1u;  // control only
  };
  world.send_down(world.gateway.rekey());
  world.run_for(200ms);
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{1}) << "the gateway has switched";
  EXPECT_EQ(sealing(), KeyEpoch{0});
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  world.send_down(world.gateway.data(World::inner_packet("10.99.0.2", "10.77.0.2", 5)));
  world.run_for(world.delay);
  EXPECT_EQ(sealing(), KeyEpoch{1});
}

TEST_F(ClientRekey, OpensWhatWasSealedBeforeTheChangeForASecondAndNoLonger) {
  begin();
  const Datagram inner = World::inner_packet("10.99.0.2", "10.77.0.2", 5);
  const Addressed early = world.gateway.data(inner);
  const Addressed late = world.gateway.data(inner);
  world.send_down(world.gateway.rekey());
  world.run_for(200ms);
  ASSERT_TRUE(carries());
  world.inject(World::kWifi, kGateway, early.payload);
  EXPECT_EQ(world.delivered.size(), 2u);
  world.run_for(2s);
  world.delivered.clear();
  world.inject(World::kWifi, kGateway, late.payload);
  EXPECT_TRUE(world.delivered.empty());
}

TEST_F(ClientRekey, GivesTheSameAnswerToTheSameWish) {
  begin();
  const Addressed wish = world.gateway.rekey();
  world.sent.clear();
  for (int i = 0; i < 3; ++i) world.inject(World::kWifi, kGateway, wish.payload);
  std::vector<Datagram> answers;
  for (const auto& [at, sent] : world.sent) answers.push_back(sent.payload);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(ClientRekey, TakesANewWishInPlaceOfOneWhoseAnswerWasLost) {
  begin();
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    return way == World::Way::up && datagram[0] >> 4 == 6 ? 0u : 1u;
  };
  world.send_down(world.gateway.rekey());
  world.run_for(1s);
  ASSERT_EQ(world.gateway.key_epoch(), KeyEpoch{0});
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  world.send_down(world.gateway.rekey());
  world.run_for(1s);
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{1});
  EXPECT_TRUE(carries());
}

TEST_F(ClientRekey, TakesNoOlderWishThatArrivesLateInPlaceOfTheOneItAnswered) {
  begin();
  const Addressed given_up = world.gateway.rekey();
  const Addressed answered = world.gateway.rekey();
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    return way == World::Way::down && datagram[0] >> 4 == 5 ? 0u : 1u;  // control only
  };
  world.send_down(answered);
  world.run_for(200ms);
  ASSERT_EQ(world.gateway.key_epoch(), KeyEpoch{1}) << "the gateway has switched";
  world.inject(World::kWifi, kGateway, given_up.payload);
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  EXPECT_TRUE(carries());
}

TEST_F(ClientRekey, AnswersNoWishForAnotherEpochThanTheNext) {
  begin();
  world.sent.clear();
  for (const std::uint32_t epoch : {0u, 2u, 17u, 0xffffffffu}) {
    world.send_down(world.gateway.say_now(RekeyInit{{KeyEpoch{epoch}, {9}}}));
  }
  world.run_for(100ms);
  for (const auto& [at, sent] : world.sent) EXPECT_NE(sent.payload[0] >> 4, 6);
}

TEST_F(ClientRekey, AsksByItselfWhenTheGatewayForgets) {
  begin([](ClientPolicy& policy) { policy.rekey_after = 10s; });
  world.run_for(60s);
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{0}) << "counted only while data flows";
  for (int i = 0; i < 1500 && world.gateway.key_epoch() == KeyEpoch{0}; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{1});
  world.run_for(4s);
  EXPECT_TRUE(carries());
  EXPECT_TRUE(world.is_attached());
}

TEST_F(ClientRekey, AsksByItselfAfterAWishOfTheGatewayThatCameToNothing) {
  begin([](ClientPolicy& policy) { policy.rekey_after = 10s; });
  world.weather = [](World::Way way, PathId, const Datagram& datagram) {
    return way == World::Way::up && datagram[0] >> 4 == 6 ? 0u : 1u;
  };
  world.send_down(world.gateway.rekey());  // its answer is lost, and the wish given up
  world.run_for(1s);
  world.gateway.give_up_rekey();
  world.weather = [](World::Way, PathId, const Datagram&) { return 1u; };
  for (int i = 0; i < 2000 && world.gateway.key_epoch() == KeyEpoch{0}; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_EQ(world.gateway.key_epoch(), KeyEpoch{1});
  world.run_for(4s);
  EXPECT_TRUE(carries());
}

TEST_F(ClientRekey, EndsTheSessionWhenTheKeyIsTooOldAndNobodyRenewsIt) {
  begin([](ClientPolicy& policy) { policy.rekey_after = 10s; });
  world.gateway.grants_rekeys = false;
  for (int i = 0; i < 4000 && world.count_events("SessionTerminated") == 0; ++i) {
    world.send_inner(1);
    world.run_for(10ms);
  }
  EXPECT_EQ(world.last_reason("SessionTerminated"), Reason::key_expired);
  EXPECT_GE(world.count_events("RekeyDenied"), 1u);
}

TEST_F(ClientRekey, NamesTheKeyEpochInItsRequests) {
  begin();
  world.send_down(world.gateway.rekey());
  world.run_for(4s);
  PathState down = World::wifi_state();
  down.up = false;
  world.set_path(World::kWifi, down);
  world.run_for(1s);
  const auto* confirm = std::get_if<ReattachConfirm>(&world.gateway.heard.back().first.body);
  for (const auto& [message, source] : world.gateway.heard) {
    if (const auto* c = std::get_if<ReattachConfirm>(&message.body)) confirm = c;
  }
  ASSERT_NE(confirm, nullptr);
  EXPECT_EQ(confirm->key_epoch, KeyEpoch{1});
}

TEST(KeyAgeTest, CountsOnlyWhileDataFlows) {
  auto engine = AeadEngine::create();
  ASSERT_TRUE(engine);
  const KeySlot slot(KeyEpoch{0}, Suite::aes_256_gcm, Key32(), *engine);
  const ClientPolicy policy = client_part(Policy{});
  KeyAge age(SessionId{});
  Instant now{0};
  for (int i = 0; i < 1000; ++i) age.note(7, now = now + 1s);
  const KeyBudget budget = budget_of(Suite::aes_256_gcm);
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::none);
  for (std::uint64_t i = 0; i < 170; ++i) age.note(8 + i, now = now + 1s);
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::renewal);
  for (std::uint64_t i = 0; i < 200; ++i) age.note(1000 + i, now = now + 1s);
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::end);
  age.restart();
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::none);
}

TEST(KeyAgeTest, HeedsBlocksAndFailedOpens) {
  auto engine = AeadEngine::create();
  ASSERT_TRUE(engine);
  KeySlot slot(KeyEpoch{0}, Suite::chacha20_poly1305, Key32(), *engine);
  const ClientPolicy policy = client_part(Policy{});
  const KeyBudget budget = budget_of(Suite::chacha20_poly1305);
  const KeyAge age{SessionId{}};
  slot.failed_opens = kChachaFailedOpensRekey;
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::renewal);
  slot.failed_opens = 0;
  slot.opened_blocks = policy.rekey_after_blocks + policy.rekey_after_blocks / 4;
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::renewal);
  slot.sealed_blocks = kBlocksPerKey;
  EXPECT_EQ(age.need_of(slot, budget, policy), KeyNeed::end);
}

TEST(TrafficKeys, SealNothingBeyondTheirBudgetAndOpenNothingAfterTooManyForgeries) {
  auto engine = AeadEngine::create();
  ASSERT_TRUE(engine);
  TrafficCounters counters;
  TrafficConfig config;
  config.inner_v4 = *parse_address("10.77.0.2");
  config.budget = {2 * blocks_of(60), 1, 2};
  Traffic traffic(config, Key32(), *engine, counters);
  const Datagram inner = World::inner_packet("10.77.0.2", "10.99.0.2", 1);
  const auto seal = [&] {
    Datagram room(inner.size() + kDataOverhead);
    std::memcpy(room.data() + OutgoingPacket::kHeadroom, inner.data(), inner.size());
    OutgoingPacket packet{room.data(), static_cast<std::uint32_t>(inner.size()), 0};
    return traffic.seal({&packet, 1}, Tag{});
  };
  EXPECT_EQ(seal() + seal() + seal(), 2u);
  EXPECT_EQ(counters.key_exhausted, 1u);
  Datagram forged(80, 0);
  store(forged.data(), DataHeader{WirePrefix::make(WireType::data, Tag{}), 7});
  ASSERT_TRUE(traffic.is_ours(forged));
  for (int i = 0; i < 3; ++i) {
    Datagram copy = forged;
    const ByteSpan datagram(copy);
    ByteView out;
    traffic.open({&datagram, 1}, {&out, 1});
  }
  EXPECT_EQ(counters.not_opened, 2u);
  EXPECT_EQ(counters.key_exhausted, 2u);
}

}  // namespace
}  // namespace jvpn::client
