// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/source_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace jvpn::churn {
namespace {

constexpr std::uint32_t kSessions = 20;

SourcePlan plan() {
  return SourcePlan(*parse_prefix("100.64.0.0/24"), kSessions, 4);
}

TEST(SourcePlan, GivesEverySessionAsManyAddressesAsTheBlockHas) {
  EXPECT_EQ(plan().turns(), 12u);
  EXPECT_EQ(SourcePlan(*parse_prefix("100.64.0.0/10"), 1, 4).turns(), SourcePlan::kMostTurns);
}

TEST(SourcePlan, NoAddressBelongsToTwoAndEachIsFoundAgain) {
  std::set<IpAddress> seen;
  for (std::uint32_t session = 0; session < kSessions; ++session) {
    for (std::uint32_t generation = 0; generation < plan().turns(); ++generation) {
      const auto source = plan().source(session, generation);
      EXPECT_TRUE(seen.insert(source.address).second);
      EXPECT_TRUE(parse_prefix("100.64.0.0/24")->contains(source.address));
      EXPECT_EQ(plan().session_of(number_of(source.address)), session);
    }
  }
}

TEST(SourcePlan, AJumpChangesAddressAndPort) {
  const auto before = plan().source(3, 5);
  const auto after = plan().source(3, 6);
  EXPECT_NE(before.address, after.address);
  EXPECT_NE(before.socket, after.socket);
}

TEST(SourcePlan, AnAddressBesideThePlanIsNobodys) {
  EXPECT_FALSE(plan().session_of(number_of(*parse_address("100.64.0.240"))));
  EXPECT_FALSE(plan().session_of(number_of(*parse_address("100.63.255.255"))));
}

}  // namespace
}  // namespace jvpn::churn
