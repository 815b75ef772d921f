// SPDX-License-Identifier: Apache-2.0
#include "tests/apps/gateway/applier_fixture.h"

namespace jvpn {
namespace {

TEST_F(ApplierTest, PutsASessionWhereWorkersFindIt) {
  const Tag tag = *table.reserve(0);
  apply(install(tag));
  const Snapshot* snapshot = find(tag);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->view.version.sequence, 1u);
  EXPECT_EQ(snapshot->outer.bytes[0], 3);
  EXPECT_EQ(snapshot->outer.bytes[0], 3);
  EXPECT_EQ(table.record(tag)->control.open_key[0], 0x33);
  EXPECT_EQ(four.slot_of(kFour), slot(tag));
  EXPECT_EQ(six.slot_of(kSix), slot(tag));
}

TEST_F(ApplierTest, GivesASessionItsLimitsFromItsFirstPacketAndChangesThem) {
  const Tag tag = *table.reserve(0);
  InstallSession session = install(tag);
  session.meters.up.peak_bps = 8'000'000;
  const MeterProfile limited = profile_of(session.meters.up);
  apply(std::move(session));
  const RecordExtras& extras = table.record(tag)->extras;
  EXPECT_EQ(extras.meter_up.get(), limited);
  EXPECT_TRUE(extras.meter_down.is_unlimited());
  EXPECT_TRUE(table.slot(tag).occupant->name().traits().has(Trait::metered_up));
  EXPECT_FALSE(table.slot(tag).occupant->name().traits().has(Trait::metered_down));
  PublishView changed{tag, view_of(2), {}};
  changed.meters.down = session.meters.up;
  apply(changed);
  EXPECT_TRUE(extras.meter_up.is_unlimited());
  EXPECT_EQ(extras.meter_down.get(), limited);
  EXPECT_FALSE(table.slot(tag).occupant->name().traits().has(Trait::metered_up));
  EXPECT_TRUE(table.slot(tag).occupant->name().traits().has(Trait::metered_down));
}

TEST_F(ApplierTest, ExpandsTheKeysThatOpenWhatTheClientSeals) {
  const Tag tag = *table.reserve(0);
  const InstallSession session = install(tag);
  AeadKey same;
  aead.expand(session.view.suite, session.uplink.key, session.uplink.iv, same);
  apply(install(tag));
  Bytes<5> data{1, 2, 3, 4, 5};
  Bytes<kAeadTagSize> seal{};
  AeadOp op{&same, 9, nullptr, 0, 5, data.data(), seal.data(), false};
  aead.seal({&op, 1});
  op.key = &table.record(tag)->uplink_key;
  aead.open({&op, 1});
  EXPECT_TRUE(op.ok);
  EXPECT_EQ(data, (Bytes<5>{1, 2, 3, 4, 5}));
}

TEST_F(ApplierTest, PutsTheNextKeysBesideTheOldAndLetsThemTakeTheirPlace) {
  const Tag tag = *table.reserve(0);
  apply(install(tag));
  ASSERT_TRUE(table.reserve_keys(tag));
  StageKeys next;
  next.tag = tag;
  next.key_epoch = KeyEpoch{1};
  next.suite = Suite::chacha20_poly1305;
  next.uplink.key.writable()[0] = 0x44;
  next.downlink.key.writable()[0] = 0x55;
  apply(std::move(next));
  TableRecord& record = *table.record(tag);
  const OpeningKey staged = opening_key(record, 1);
  ASSERT_NE(staged.key, nullptr);
  EXPECT_EQ(staged.key->schedule[0], 0x44) << "of ChaCha20, which has no schedule";
  apply(RetireKeys{tag, KeyEpoch{1}});
  table.move_retired(0);
  EXPECT_EQ(table.sample(tag)->key_epoch, KeyEpoch{1});
  EXPECT_EQ(record.uplink_key.schedule[0], 0x44);
  EXPECT_EQ(record.downlink_key.schedule[0], 0x55);
}

TEST_F(ApplierTest, GivesStagedKeysBack) {
  const Tag tag = *table.reserve(0);
  apply(install(tag));
  ASSERT_TRUE(table.reserve_keys(tag));
  const std::uint32_t free = table.free_key_blocks();
  apply(DropStagedKeys{tag});
  EXPECT_EQ(table.free_key_blocks(), free + 1);
}

TEST_F(ApplierTest, GivesNoOuterHeadersToASessionWithoutBinding) {
  const Tag tag = *table.reserve(0);
  SessionView unbound = view_of(2);
  unbound.bound = Endpoint{};
  apply(install(tag), PublishView{tag, unbound});
  EXPECT_EQ(find(tag)->outer.bytes, OuterTemplate{}.bytes);
}

TEST_F(ApplierTest, TakesAwayWhatItRemoves) {
  const Tag tag = *table.reserve(0);
  apply(install(tag), RemoveSession{tag, kFour, kSix});
  EXPECT_EQ(find(tag), nullptr);
  EXPECT_EQ(four.slot_of(kFour), AddressPool::kNone);
  EXPECT_EQ(six.slot_of(kSix), AddressPool::kNone);
}

TEST_F(ApplierTest, LeavesAnAddressToTheNewerSessionThatHasItByNow) {
  const Tag old_one = *table.reserve(0);
  const Tag new_one = *table.reserve(0);
  apply(install(old_one), install(new_one), RemoveSession{old_one, kFour, kSix});
  EXPECT_EQ(four.slot_of(kFour), slot(new_one));
  EXPECT_EQ(six.slot_of(kSix), slot(new_one));
}

/// A worker that reads and never says that it is done: snapshots run out.
class StalledWorker : public ApplierTest {
 protected:
  StalledWorker() : tag(*table.reserve(0)) {
    apply(install(tag));
    table.reader_online(0);
    while (applier.publications_delayed() == 0) apply(PublishView{tag, view_of(++newest)});
  }
  void let_worker_go_on() {
    table.quiescent(0);
    table.reclaim();
  }
  Tag tag;
  std::uint32_t newest = 1;
};

TEST_F(StalledWorker, DelaysAPublicationButNeverLosesIt) {
  EXPECT_EQ(find(tag)->view.version.sequence, newest - 1);
  EXPECT_EQ(applier.retry_publications(), 1u);
  let_worker_go_on();
  EXPECT_EQ(applier.retry_publications(), 0u);
  EXPECT_EQ(find(tag)->view.version.sequence, newest);
}

TEST_F(StalledWorker, GetsOnlyTheNewestOfWhatWaited) {
  apply(PublishView{tag, view_of(++newest)});
  EXPECT_EQ(applier.retry_publications(), 1u);
  let_worker_go_on();
  apply(PublishView{tag, view_of(++newest)});
  EXPECT_EQ(applier.retry_publications(), 0u);
  EXPECT_EQ(find(tag)->view.version.sequence, newest);
}

TEST_F(StalledWorker, GetsNothingOfASessionThatWasRemovedMeanwhile) {
  apply(RemoveSession{tag, kFour, kSix});
  EXPECT_EQ(applier.retry_publications(), 0u);
  let_worker_go_on();
  EXPECT_EQ(applier.retry_publications(), 0u);
  EXPECT_EQ(find(tag), nullptr);
}

TEST_F(ApplierTest, PutsAllOnRecordBeforeAnythingLeavesTheProcessInOrder) {
  SendDatagram datagram;
  datagram.destination.port = 1;
  StoreTransaction transaction;
  transaction.ticket = 2;
  WriteAudit audit;
  audit.event.version.sequence = 3;
  WriteAudit second;
  second.event.version.sequence = 4;
  StoreRead read;
  read.ticket = 5;
  apply(datagram, transaction, audit, read, second, SetServingDeadline{Instant{6}});
  EXPECT_EQ(outlets.calls, (std::vector<std::uint64_t>{3, 4, kKept, 1, 2, 5, 6}));
}

}  // namespace
}  // namespace jvpn
