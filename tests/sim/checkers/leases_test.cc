// SPDX-License-Identifier: Apache-2.0
// The checkers of leases and of packets' fates: each must cry out.
#include "tests/sim/checkers/leases.h"

#include <gtest/gtest.h>

#include "control/records/node_records.h"
#include "control/records/session_record.h"
#include "control/records/store_keys.h"
#include "tests/sim/checkers/fates.h"

namespace jvpn::sim {
namespace {

class ALeaseChecker : public testing::Test {
 protected:
  ALeaseChecker() {
    leases.enforced = true;
    live(1, 100);
    live(2, 200);
  }
  void live(std::uint8_t node, std::uint64_t incarnation, bool fenced = false, Owner by = {}) {
    const std::uint8_t writer = fenced ? by.node : node;
    leases.applied(
        writer, {0, {}, {{life_key(node), write_record(LifeRecord{{}, incarnation, fenced, by})}}},
        now);
  }
  void renew(std::uint8_t node, Instant sent) {
    leases.applied(node, {0, {}, {{renewal_key(node), write_record(RenewalRecord{})}}}, sent);
  }
  void own(std::uint8_t writer, Owner owner) {
    SessionRecord record;
    record.id.bytes[0] = 7;
    record.owner = owner;
    const StoreWrite write{session_key(record.id), write_session_record(record)};
    leases.applied(writer, {0, {}, {write}}, now);
  }
  std::size_t fresh() {
    const std::size_t count = breaches.count() - seen_;
    seen_ = breaches.count();
    return count;
  }

  World world;
  Breaches breaches{world};
  Leases leases{breaches};
  Instant now{1'000'000'000};

 private:
  std::size_t seen_ = 0;
};

TEST_F(ALeaseChecker, RefusesServiceBehindTheDeadlineThatTheStoreKnowsOf) {
  renew(1, now);
  leases.serves(1, now + 5s);
  EXPECT_EQ(fresh(), 0u);
  leases.serves(1, now + 5100ms);
  EXPECT_EQ(fresh(), 1u);
  renew(1, now + 5s);
  leases.serves(1, now + 5100ms);
  EXPECT_EQ(fresh(), 0u);
  leases.serves(2, now);
  EXPECT_EQ(fresh(), 1u) << "it has renewed nothing";
}

TEST_F(ALeaseChecker, RefusesWhatAFencedLifeDoes) {
  renew(1, now);
  own(1, {1, 100});
  live(1, 100, true, {2, 200});
  EXPECT_EQ(fresh(), 0u);
  own(1, {1, 100});
  EXPECT_EQ(fresh(), 1u);
  leases.serves(1, now);
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(ALeaseChecker, RefusesATakeoverFromALifeThatCounts) {
  own(1, {1, 100});
  live(1, 100, true, {2, 200});
  own(2, {2, 200});
  EXPECT_EQ(fresh(), 0u) << "the former owner was fenced";
  live(1, 101);
  own(2, {1, 101});
  EXPECT_EQ(fresh(), 0u) << "handed over by its owner";
  own(2, {2, 200});
  EXPECT_EQ(fresh(), 1u);
}

TEST_F(ALeaseChecker, IsSatisfiedWhereNobodyHasALease) {
  leases.enforced = false;
  leases.serves(1, now + 3600s);
  EXPECT_EQ(fresh(), 0u);
}

TEST(FatesChecker, RefusesPacketsThatWentNowhere) {
  const World world;
  Breaches breaches(world);
  Fates checker(breaches);
  PacketFates fates;
  fates.taken = 4;
  fates.delivered = fates.answered = fates.dropped = fates.held_up = 1;
  fates.offered = 3;
  fates.sealed = fates.refused = fates.held_down = 1;
  checker.add_up(fates);
  EXPECT_TRUE(breaches.empty());
  ++fates.taken;
  ++fates.offered;
  checker.add_up(fates);
  EXPECT_EQ(breaches.count(), 2u);
}

}  // namespace
}  // namespace jvpn::sim
