// SPDX-License-Identifier: Apache-2.0
// Two key epochs of one session: staged, used beside each other, moved, dropped, wiped.
#include <gtest/gtest.h>

#include "tests/session/shared/table_fixture.h"

namespace jvpn {
namespace {

constexpr std::uint8_t kOld = 0x31, kNew = 0x42;

struct TableKeys : testing::Test {
  TableInMemory made{TableShape{.slots = 32, .readers = 2, .node = 9}};  // two key blocks
  SessionTable& table = made.table;

  Tag installed(std::uint32_t epoch = 7, std::uint8_t worker = 0) {
    const Tag tag = table.reserve(worker).value();
    table.install(tag, keys_of(kOld, kOld, 3), snapshot_of(epoch));
    return tag;
  }
  Tag staged(std::uint8_t worker = 0) {
    const Tag tag = installed(7, worker);
    EXPECT_TRUE(table.reserve_keys(tag));
    table.stage_keys(tag, KeyEpoch{8}, keys_of(kNew, kNew, 0));
    return tag;
  }
  TableRecord& record(Tag tag) { return *table.record(tag); }
  const SessionView& view(Tag tag) { return table.find(tag)->view; }
  OpeningKey opening(Tag tag, std::uint8_t low) { return opening_key(record(tag), low); }
  SealingKey sealing(Tag tag) { return sealing_key(record(tag), view(tag)); }
  bool holds(std::uint8_t fill) const {
    Bytes<64> needle;
    needle.fill(fill);
    return made.memory.contains(needle);
  }
  void turn(std::uint32_t reader = 0) {
    table.move_retired(reader);
    table.quiescent(reader);
    table.reclaim();
  }
};

TEST_F(TableKeys, ASessionOpensAndSealsUnderItsOwnKeysAlone) {
  const Tag tag = installed(7);
  EXPECT_EQ(opening(tag, 7).key, &record(tag).uplink_key);
  EXPECT_EQ(opening(tag, 7).use, &record(tag).uplink.key);
  EXPECT_EQ(opening(tag, 8).use, nullptr);
  EXPECT_EQ(opening(tag, 6).use, nullptr);
  EXPECT_EQ(sealing(tag).key, &record(tag).downlink_key);
  EXPECT_EQ(table.sample(tag)->key_epoch, KeyEpoch{7});
}

TEST_F(TableKeys, StagedKeysOpenBesideTheOldOnesAndStartFromZero) {
  const Tag tag = staged();
  record(tag).uplink.key.replay.mark(Counter{5});
  EXPECT_EQ(opening(tag, 7).key, &record(tag).uplink_key);
  const OpeningKey next = opening(tag, 8);
  ASSERT_NE(next.use, nullptr);
  EXPECT_EQ(next.key->iv, keys_of(kNew, 0, 0).uplink.iv);
  EXPECT_EQ(next.use->replay.next(), 0u);
  EXPECT_EQ(next.use->blocks + next.use->failed_opens, 0u);
  EXPECT_EQ(opening(tag, 9).use, nullptr);
}

TEST_F(TableKeys, TheLowBitsOfAnEpochWrapAround) {
  const Tag tag = installed(15);
  ASSERT_TRUE(table.reserve_keys(tag));
  table.stage_keys(tag, KeyEpoch{16}, keys_of(kNew, kNew, 0));
  EXPECT_EQ(opening(tag, 15).key, &record(tag).uplink_key);
  EXPECT_EQ(opening(tag, 0).key, &record(tag).extras.staged.load()->uplink_key);
}

TEST_F(TableKeys, SealingGoesOverWhenControlLetsIt) {
  const Tag tag = staged();
  EXPECT_EQ(sealing(tag).key, &record(tag).downlink_key);
  table.publish(tag, snapshot_of(8));
  const SealingKey next = sealing(tag);
  EXPECT_EQ(next.key->iv, keys_of(0, kNew, 0).downlink.iv);
  EXPECT_EQ(next.use->next_counter, 0u);
  EXPECT_EQ(next.use->key_epoch, 8u);
}

TEST_F(TableKeys, SealingGoesOverWhenAnythingWasOpenedUnderTheNewKey) {
  const Tag tag = staged();
  EXPECT_EQ(table.sample(tag)->opened_key_epoch, KeyEpoch{});
  opening(tag, 7).use->blocks = 3;
  EXPECT_EQ(sealing(tag).key, &record(tag).downlink_key);
  EXPECT_EQ(table.sample(tag)->opened_key_epoch, KeyEpoch{7});
  opening(tag, 8).use->blocks = 3;
  EXPECT_EQ(sealing(tag).key, &record(tag).extras.staged.load()->downlink_key);
  EXPECT_EQ(table.sample(tag)->opened_key_epoch, KeyEpoch{8});
  EXPECT_EQ(table.sample(tag)->key_epoch, KeyEpoch{7});
}

TEST_F(TableKeys, RetiringMovesKeysCounterAndWindowIntoTheRecord) {
  const Tag tag = staged();
  opening(tag, 8).use->replay.mark(Counter{900});
  opening(tag, 8).use->blocks = 77;
  opening(tag, 8).use->failed_opens = 5;
  record(tag).uplink.key.failed_opens = 1000;
  sealing(tag).use->next_counter = 41;
  sealing(tag).use->blocks = 66;
  table.retire_keys(tag);
  EXPECT_EQ(table.sample(tag)->key_epoch, KeyEpoch{7}) << "the owner worker has not been there";
  table.move_retired(1);
  EXPECT_EQ(table.sample(tag)->key_epoch, KeyEpoch{7}) << "another worker leaves it alone";
  table.move_retired(0);

  const HealthSample sample = table.sample(tag).value();
  EXPECT_EQ(sample.key_epoch, KeyEpoch{8});
  EXPECT_EQ(sample.opened_key_epoch, KeyEpoch{8});
  EXPECT_EQ(sample.failed_opens, 5u);
  EXPECT_EQ(sample.blocks, 77u);
  EXPECT_EQ(opening(tag, 8).use, &record(tag).uplink.key);
  EXPECT_EQ(record(tag).uplink.key.replay.next(), 901u);
  EXPECT_EQ(opening(tag, 7).use, nullptr);
  EXPECT_EQ(sealing(tag).key, &record(tag).downlink_key);
}

TEST_F(TableKeys, TheCounterGoesOnWhereItWasWhenItsKeyMoved) {
  const Tag tag = staged();
  table.publish(tag, snapshot_of(8));
  EXPECT_EQ(sealing(tag).use->next_counter++, 0u);
  table.retire_keys(tag);
  EXPECT_EQ(sealing(tag).use->next_counter++, 1u);
  table.move_retired(0);
  EXPECT_EQ(sealing(tag).use->next_counter++, 2u);
  table.reclaim();
  EXPECT_EQ(sealing(tag).use->next_counter++, 3u);
}

TEST_F(TableKeys, OldKeysAreNowhereAfterRetiringAndTheBlockComesBackWiped) {
  const Tag tag = staged();
  EXPECT_EQ(table.free_key_blocks(), 1u);
  table.reader_online(0);
  table.retire_keys(tag);
  table.move_retired(0);
  EXPECT_FALSE(holds(kOld));
  EXPECT_EQ(table.reclaim(), 0u) << "the worker may still look into the block";
  EXPECT_EQ(table.free_key_blocks(), 1u);
  table.quiescent(0);
  EXPECT_EQ(table.reclaim(), 1u);
  EXPECT_EQ(table.free_key_blocks(), 2u);
  table.remove(tag);
  turn();
  EXPECT_FALSE(holds(kNew));
}

TEST_F(TableKeys, ThePoolIsBoundedAndGivesBack) {
  const Tag one = installed(), two = installed(), three = installed();
  EXPECT_TRUE(table.reserve_keys(one));
  EXPECT_TRUE(table.reserve_keys(one)) << "a reservation stays one";
  EXPECT_TRUE(table.reserve_keys(two));
  EXPECT_FALSE(table.reserve_keys(three));
  table.drop_keys(two);
  EXPECT_TRUE(table.reserve_keys(three));
}

TEST_F(TableKeys, NoSecondRekeyBeforeTheLastIsOver) {
  const Tag tag = staged();
  EXPECT_FALSE(table.reserve_keys(tag));
  table.retire_keys(tag);
  EXPECT_FALSE(table.reserve_keys(tag));
  turn();
  EXPECT_TRUE(table.reserve_keys(tag));
  table.stage_keys(tag, KeyEpoch{9}, keys_of(0x53, 0x53, 0));
  EXPECT_EQ(opening(tag, 9).use->replay.next(), 0u);
  EXPECT_EQ(opening(tag, 8).key, &record(tag).uplink_key);
}

TEST_F(TableKeys, DroppedKeysOpenNothingMoreAndAreWiped) {
  const Tag tag = staged();
  table.reader_online(0);
  table.drop_keys(tag);
  EXPECT_EQ(opening(tag, 8).use, nullptr);
  EXPECT_EQ(opening(tag, 7).key, &record(tag).uplink_key);
  EXPECT_TRUE(holds(kNew)) << "a worker may be in the midst of using them";
  turn();
  EXPECT_FALSE(holds(kNew));
  EXPECT_EQ(table.free_key_blocks(), 2u);
}

TEST_F(TableKeys, ATraitTellsOfStagedKeysWhileThereAreAny) {
  const auto told = [this](Tag tag) {
    return table.slot(tag).occupant->name().traits().has(Trait::staged_keys);
  };
  const Tag tag = installed();
  ASSERT_TRUE(table.reserve_keys(tag));
  EXPECT_FALSE(told(tag)) << "only room is reserved";
  table.stage_keys(tag, KeyEpoch{8}, keys_of(kNew, kNew, 0));
  EXPECT_TRUE(told(tag));
  table.drop_keys(tag);
  EXPECT_FALSE(told(tag));
  const Tag retiring = staged();
  table.retire_keys(retiring);
  EXPECT_TRUE(told(retiring)) << "they seal until they have moved";
  for (int i = 0; i < 3; ++i) turn();
  EXPECT_FALSE(told(retiring));
}

TEST_F(TableKeys, ARemovedSessionTakesItsKeysAlong) {
  const Tag reserved = installed();
  ASSERT_TRUE(table.reserve_keys(reserved));
  const Tag with_staged = staged();
  table.remove(reserved);
  table.remove(with_staged);
  EXPECT_EQ(record(with_staged).extras.staged.load(), nullptr);
  EXPECT_EQ(table.slot(with_staged).occupant->name().traits().bits(), 0);
  turn();
  EXPECT_EQ(table.free_key_blocks(), 2u);
  EXPECT_FALSE(holds(kOld) || holds(kNew));
}

TEST_F(TableKeys, KeysThatRetireLateNeverReachTheSlotsNextSession) {
  TableInMemory one{TableShape{.slots = 1, .readers = 1, .node = 9}};
  const Tag old = one.table.reserve(0).value();
  one.table.install(old, keys_of(kOld, kOld, 3), snapshot_of(7));
  ASSERT_TRUE(one.table.reserve_keys(old));
  one.table.stage_keys(old, KeyEpoch{8}, keys_of(kNew, kNew, 0));
  one.table.retire_keys(old);
  one.table.remove(old);
  one.table.reclaim();  // the worker was offline: nobody to wait for, but its ring is still full
  const Tag next = one.table.reserve(0).value();
  one.table.install(next, keys_of(0x53, 0x53, 3), snapshot_of(1));
  EXPECT_FALSE(one.table.reserve_keys(next)) << "the only block is on its way";
  one.table.move_retired(0);
  EXPECT_EQ(one.table.sample(next)->key_epoch, KeyEpoch{1});
  EXPECT_EQ(one.table.record(next)->uplink_key.iv, keys_of(0x53, 0, 0).uplink.iv);
  one.table.reclaim();
  EXPECT_TRUE(one.table.reserve_keys(next));
}

TEST_F(TableKeys, AWorkerMovesMoreThanOneTurnsWorthTurnByTurn) {
  TableInMemory many{TableShape{.slots = 160, .readers = 1, .node = 9}};  // ten key blocks
  std::vector<Tag> tags;
  for (int i = 0; i < 10; ++i) {
    const Tag tag = tags.emplace_back(many.table.reserve(0).value());
    many.table.install(tag, keys_of(kOld, kOld, 3), snapshot_of(1));
    ASSERT_TRUE(many.table.reserve_keys(tag));
    many.table.stage_keys(tag, KeyEpoch{2}, keys_of(kNew, kNew, 0));
    many.table.retire_keys(tag);
  }
  const auto moved = [&] {
    return std::ranges::count_if(
        tags, [&](Tag tag) { return many.table.sample(tag)->key_epoch == KeyEpoch{2}; });
  };
  std::vector<std::ptrdiff_t> seen;
  for (int turn = 0; turn < 3; ++turn) {
    many.table.move_retired(0);
    seen.push_back(moved());
  }
  EXPECT_EQ(seen, (std::vector<std::ptrdiff_t>{4, 8, 10}));
}

using TableKeysDeathTest = TableKeys;

TEST_F(TableKeysDeathTest, AbortsWhenControlMixesUpItsKeys) {
  const Tag bare = installed();
  EXPECT_DEATH(table.stage_keys(bare, KeyEpoch{8}, keys_of(1, 2, 3)), "room reserved");
  EXPECT_DEATH(table.retire_keys(bare), "staged keys retire");
  EXPECT_DEATH(table.drop_keys(bare), "that are there");
  const Tag retiring = staged();
  table.retire_keys(retiring);
  EXPECT_DEATH(table.drop_keys(retiring), "not undone");
}

}  // namespace
}  // namespace jvpn
