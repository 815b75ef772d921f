// SPDX-License-Identifier: Apache-2.0
#include "dataplane/control_budget.h"

#include <gtest/gtest.h>

#include <map>

#include "packets.h"

namespace jvpn::test {
namespace {

IpAddress host(std::uint32_t network, std::uint8_t number) {
  return IpAddress::v4(0x0a000000 + (network << 8) + number);
}

struct Budget : testing::Test {
  bool open(std::uint32_t slot, const IpAddress& source) {
    budget.begin_turn();
    return budget.take_open(sessions[slot], budget.name_of(source), now);
  }
  ControlBudget budget{Bytes<16>{1, 2, 3}};
  std::map<std::uint32_t, SmallRateBucket> sessions;  ///< by slot
  Instant now{1'000'000'000};
};

TEST_F(Budget, OneTurnOpensSoMany) {
  budget.begin_turn();
  unsigned opened = 0;
  for (std::uint32_t slot = 0; slot < 100; ++slot) {
    opened += budget.take_open(sessions[slot], budget.name_of(host(slot, 1)), now);
  }
  EXPECT_EQ(opened, kControlOpensPerTurn);
}

TEST_F(Budget, OneTagRunsDryForAllSourcesAndFillsAgain) {
  unsigned opened = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) opened += open(7, host(i, 1));
  EXPECT_EQ(opened, kControlOpensPerTag.burst);
  now = now + kControlOpensPerTag.interval;
  EXPECT_TRUE(open(7, host(1, 1)));
  EXPECT_FALSE(open(7, host(1, 1)));
}

TEST_F(Budget, AFloodAtOneTagRefusesNoOtherTag) {
  for (std::uint32_t i = 0; i < 1000; ++i) open(7, host(i, 1));
  unsigned refused = 0;
  for (std::uint32_t slot = 8; slot < 1008; ++slot) refused += !open(slot, host(slot, 1));
  EXPECT_EQ(refused, 0u);
}

TEST_F(Budget, AFloodFromOnePrefixRefusesNoOtherPrefix) {
  unsigned opened = 0;
  for (std::uint32_t i = 0; i < 3000; ++i) opened += open(i, host(1, static_cast<std::uint8_t>(i)));
  EXPECT_EQ(opened, kControlOpensPerPrefix.burst);
  unsigned refused = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) refused += !open(5000 + i, host(2 + i, 1));
  EXPECT_EQ(refused, 0u);
}

TEST_F(Budget, AnIpv6PrefixIsAllThatOneSiteHas) {
  const auto site = [](std::uint8_t network, std::uint8_t host) {
    return IpAddress::v6({0x20, 1, 0xd, 0xb8, 0, network, 0, host, 0, 0, 0, 0, 0, 0, 0, host});
  };
  for (std::uint32_t i = 0; i < 3000; ++i) open(i, site(1, static_cast<std::uint8_t>(i)));
  EXPECT_FALSE(open(9000, site(1, 77)));
  EXPECT_TRUE(open(9001, site(2, 77)));
}

TEST_F(Budget, AllTogetherHaveABoundToo) {
  unsigned opened = 0;
  for (std::uint32_t i = 0; i < 20'000; ++i) opened += open(i, host(i, 1));
  EXPECT_EQ(opened, kControlOpensInAll.burst);
}

TEST_F(Budget, TicketedMessagesHaveABudgetOfTheirOwn) {
  for (std::uint32_t i = 0; i < 20'000; ++i) open(i, host(i, 1));
  unsigned passed = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) passed += budget.take_ticketed(host(1, 1), now);
  EXPECT_EQ(passed, kTicketedPerPrefix.burst);
  for (std::uint32_t i = 0; i < 10'000; ++i) passed += budget.take_ticketed(host(2 + i, 1), now);
  EXPECT_EQ(passed, kTicketedInAll.burst);
}

}  // namespace
}  // namespace jvpn::test
