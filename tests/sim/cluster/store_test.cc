// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/cluster/store.h"

#include <gtest/gtest.h>

namespace jvpn::sim {
namespace {

struct SharedTruth : testing::Test {
  std::unique_ptr<SharedStore::Handle> connect(std::uint8_t node) {
    return store.connect(node, [this] { ++woken; });
  }
  static StoreTransaction change(std::optional<StoreValue> from, StoreValue to) {
    return {1, {{"k", std::move(from)}}, {{"k", std::move(to)}}};
  }
  StoreOutcome outcome(SharedStore::Handle& handle) {
    world.run_for(3s);
    const auto replies = handle.take_replies();
    EXPECT_EQ(replies.size(), 1u);
    return replies.at(0).outcome;
  }

  World world;
  Dice dice{1};
  SharedStore store{world, dice, StoreWeather{}};
  int woken = 0;
};

TEST_F(SharedTruth, GivesOneOfTwoRacersWhatItWants) {
  const auto a = connect(1);
  const auto b = connect(2);
  a->begin(change(std::nullopt, "a"));
  b->begin(change(std::nullopt, "b"));
  EXPECT_TRUE(a->take_replies().empty()) << "answers take their time";
  const bool first = outcome(*a) == StoreOutcome::applied;
  EXPECT_EQ(b->take_replies().at(0).outcome, first ? StoreOutcome::refused : StoreOutcome::applied);
  EXPECT_EQ(store.content().at("k"), first ? "a" : "b");
  EXPECT_EQ(woken, 2);
}

TEST_F(SharedTruth, DoesNotSayWhetherALostQuestionOrALostAnswerItWas) {
  const auto a = connect(1);
  store.weather().lost_before = 1;
  a->begin(change(std::nullopt, "x"));
  EXPECT_EQ(outcome(*a), StoreOutcome::unknown);
  EXPECT_TRUE(store.content().empty());
  store.weather().lost_before = 0;
  store.weather().lost_after = 1;
  a->begin(change(std::nullopt, "y"));
  EXPECT_EQ(outcome(*a), StoreOutcome::unknown);
  EXPECT_EQ(store.content().at("k"), "y");
}

TEST_F(SharedTruth, AppliesSomeThingsAfterNobodyExpectsThemAnyMore) {
  const auto a = connect(1);
  store.weather().applied_late = 1;
  a->begin(change(std::nullopt, "x"));
  world.run_for(500ms);
  EXPECT_EQ(a->take_replies().at(0).outcome, StoreOutcome::unknown);
  EXPECT_TRUE(store.content().empty());
  world.run_for(1s);
  EXPECT_EQ(store.content().at("k"), "x");
}

TEST_F(SharedTruth, CarriesOutWhatADeadGatewayHadSent) {
  auto a = connect(1);
  a->begin(change(std::nullopt, "x"));
  a.reset();
  world.run_for(1s);
  EXPECT_EQ(store.content().at("k"), "x");
  EXPECT_EQ(woken, 0);
}

TEST_F(SharedTruth, IsOutOfReachForAPartitionedNodeOnly) {
  const auto a = connect(1);
  const auto b = connect(2);
  store.set_partitioned(1, true);
  a->begin(change(std::nullopt, "a"));
  b->begin(change(std::nullopt, "b"));
  EXPECT_EQ(outcome(*a), StoreOutcome::unknown);
  EXPECT_EQ(b->take_replies().at(0).outcome, StoreOutcome::applied);
  store.set_available(false);
  b->begin(change("b", "c"));
  EXPECT_EQ(outcome(*b), StoreOutcome::unavailable);
  EXPECT_EQ(store.content().at("k"), "b");
}

}  // namespace
}  // namespace jvpn::sim
