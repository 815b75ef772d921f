// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checkers/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/checkers/reachable.h"

namespace jvpn::sim {
namespace {

AuditEvent change(const char* from, const char* to, Reason reason) {
  return {.type = "SessionStateChange",
          .reason = reason,
          .session = {},
          .version = {OwnerEpoch{1}, 1},
          .at = {},
          .fields = {{"previous_state", std::string(from)}, {"new_state", std::string(to)}}};
}

TEST(Coverage, KnowsTheRowOfTheTableByStatesAndReason) {
  Coverage coverage;
  coverage.see(Side::gateway, change("VOLATILE", "RECOVERING", Reason::loss_recovery),
               bit(FaultKind::cut));
  coverage.see(Side::gateway, change("ATTACHED", "TERMINATED", Reason::operator_terminated),
               bit(FaultKind::end) | bit(FaultKind::cut));
  EXPECT_EQ(coverage.count(Side::gateway, State::volatile_, Event::switch_begins), 1u);
  EXPECT_EQ(coverage.count(Side::gateway, State::attached, Event::ended), 2u);
  EXPECT_EQ(coverage.count(Side::gateway, FaultKind::cut), 2u);
  EXPECT_EQ(coverage.count(Side::client, FaultKind::cut), 0u);
}

TEST(Coverage, CountsALifeOnceHoweverOftenItSawACell) {
  Coverage life, all;
  const AuditEvent event = change("VOLATILE", "RECOVERING", Reason::loss_recovery);
  for (int times = 0; times < 3; ++times) life.see(Side::client, event, bit(FaultKind::leap));
  all.add_life(life);
  all.add_life(life);
  EXPECT_EQ(life.count(Side::client, FaultKind::leap), 3u);
  EXPECT_EQ(all.count(Side::client, FaultKind::leap), 2u);
}

TEST(Reachable, NamesEachCellThatWasNeverSeenAndIsNoException) {
  const std::vector<std::string> all = empty_cells(Coverage{});
  const std::string cell = "gateway ATTACHED evidence_late while cut";
  EXPECT_NE(std::ranges::find(all, cell), all.end());
  Coverage seen;
  seen.seen[0][static_cast<std::size_t>(State::attached)][static_cast<std::size_t>(
      Event::evidence_late)][static_cast<std::size_t>(FaultKind::cut)] = 1;
  const std::vector<std::string> rest = empty_cells(seen);
  EXPECT_EQ(rest.size() + 1, all.size());
  EXPECT_EQ(std::ranges::find(rest, cell), rest.end());
  EXPECT_FALSE(exceptions().empty());
}

}  // namespace
}  // namespace jvpn::sim
