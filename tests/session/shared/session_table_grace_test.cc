// SPDX-License-Identifier: Apache-2.0
// What is replaced or removed stays readable until every online worker has let go of it.
#include <gtest/gtest.h>

#include "session/shared/session_table_state.h"
#include "tests/session/shared/table_fixture.h"

namespace jvpn {
namespace {

constexpr std::uint32_t kSlots = 2;
constexpr std::uint32_t kMostReplaced = kSlots + kSpareSnapshots;

struct GracePeriod : testing::Test {
  TableInMemory made{TableShape{.slots = kSlots, .readers = 2, .node = 0}};
  SessionTable& table = made.table;

  Tag installed(std::uint32_t number = 1) {
    const Tag tag = table.reserve(0).value();
    table.install(tag, keys_of(0x11, 0x22, 0x33), snapshot_of(number));
    return tag;
  }
  const Snapshot* find(Tag tag) const { return table.find(tag); }
  bool holds_keys() const {
    return made.memory.contains(
               Bytes<12>{0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11}) ||
           made.memory.contains(
               Bytes<12>{0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x22}) ||
           made.memory.contains(
               Bytes<12>{0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33});
  }
};

TEST_F(GracePeriod, AReplacedSnapshotStaysAsItWasUntilItsReaderIsQuiescent) {
  const Tag tag = installed(1);
  table.reader_online(0);
  const Snapshot* seen = find(tag);
  for (std::uint32_t number = 2; number < 2 * kMostReplaced; ++number) {
    table.publish(tag, snapshot_of(number));
    EXPECT_EQ(table.reclaim(), 0u);
  }
  EXPECT_EQ(number_of(*seen), 1u);
  EXPECT_TRUE(is_whole(*seen));
  EXPECT_NE(find(tag), seen);
}

TEST_F(GracePeriod, ASlotIsReusedOnlyWhenEveryWorkerWasQuiescent) {
  table.reader_online(0);
  table.reader_online(1);
  const Tag tag = installed();
  installed();
  table.remove(tag);
  EXPECT_EQ(table.reclaim(), 0u);
  EXPECT_EQ(table.reserve(0), std::nullopt);
  table.quiescent(0);
  EXPECT_EQ(table.reclaim(), 0u);  // worker 1 may still read it
  EXPECT_EQ(table.free_slots(), 0u);
  table.quiescent(1);
  EXPECT_EQ(table.reclaim(), 1u);
  const Tag next = table.reserve(0).value();
  EXPECT_EQ(GatewayTag::unpack(next).slot, GatewayTag::unpack(tag).slot);
  EXPECT_EQ(GatewayTag::unpack(next).generation, GatewayTag::unpack(tag).generation + 1);
}

TEST_F(GracePeriod, KeysAreThereForTheReaderAndGoneAfterIt) {
  table.reader_online(0);
  const Tag tag = installed();
  table.remove(tag);
  table.reclaim();
  EXPECT_EQ(table.record(tag)->uplink_key.iv, keys_of(0x11, 0, 0).uplink.iv);
  table.quiescent(0);
  EXPECT_TRUE(holds_keys());
  EXPECT_EQ(table.reclaim(), 1u);
  EXPECT_FALSE(holds_keys());
}

TEST_F(GracePeriod, KeysAreGoneWithTheTableItself) {
  installed();
  const Tag leaving = installed();
  table.remove(leaving);
  EXPECT_TRUE(holds_keys());
  { const SessionTable ended = std::move(table); }
  EXPECT_FALSE(holds_keys());
}

TEST_F(GracePeriod, AnOfflineWorkerHoldsNothingUp) {
  table.reader_online(0);
  const Tag tag = installed();
  table.remove(tag);
  EXPECT_EQ(table.reclaim(), 0u);
  table.reader_offline(0);
  EXPECT_EQ(table.reclaim(), 1u);
}

TEST_F(GracePeriod, AWorkerThatComesOnlineLaterHoldsNothingUpThatItCannotSee) {
  const Tag tag = installed();
  table.remove(tag);
  table.reader_online(0);
  EXPECT_EQ(table.reclaim(), 1u);
}

TEST_F(GracePeriod, AStalledReaderIsReported) {
  table.reader_online(0);
  const Tag tag = installed();
  EXPECT_EQ(table.oldest_pending(), 0u);
  table.remove(tag);
  for (std::uint64_t calls = 1; calls < 5; ++calls) {
    EXPECT_EQ(table.oldest_pending(), calls);
    table.reclaim();
  }
  table.quiescent(0);
  table.reclaim();
  EXPECT_EQ(table.oldest_pending(), 0u);
}

TEST_F(GracePeriod, PublishIsRefusedWhenAStalledReaderHoldsAllSnapshots) {
  table.reader_online(0);
  const Tag tag = installed(0);
  for (std::uint32_t number = 1; number <= kMostReplaced; ++number) {
    ASSERT_TRUE(table.publish(tag, snapshot_of(number)));
  }
  EXPECT_FALSE(table.publish(tag, snapshot_of(1000)));
  EXPECT_EQ(number_of(*find(tag)), kMostReplaced);  // nothing changed
  table.quiescent(0);
  EXPECT_EQ(table.reclaim(), kMostReplaced);
  EXPECT_TRUE(table.publish(tag, snapshot_of(1000)));
  EXPECT_EQ(number_of(*find(tag)), 1000u);
}

TEST_F(GracePeriod, AStalledReaderKeepsNoNewSessionOut) {
  table.reader_online(0);
  const Tag tag = installed(0);
  for (std::uint32_t i = 0; i < kMostReplaced; ++i) table.publish(tag, snapshot_of(1));
  ASSERT_FALSE(table.publish(tag, snapshot_of(1)));
  EXPECT_EQ(number_of(*find(installed(2))), 2u);
  table.remove(tag);  // nor does it stop a removal
  EXPECT_EQ(find(tag), nullptr);
}

}  // namespace
}  // namespace jvpn
