// SPDX-License-Identifier: Apache-2.0
#include "dataplane/packet_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace jvpn::test {
namespace {

using Values = std::array<std::uint8_t, kBurst>;

std::vector<std::size_t> listed(PacketSet set) {
  std::vector<std::size_t> out;
  for (const std::size_t i : set) out.push_back(i);
  return out;
}

TEST(PacketSet, NamesThePacketsWhoseValueIsTheWantedOneInOrder) {
  Values values{};
  for (const std::size_t i : {0u, 3u, 15u, 16u, 31u}) values[i] = 7;
  EXPECT_EQ(listed(PacketSet::where(values, std::uint8_t{7}, kBurst)),
            (std::vector<std::size_t>{0, 3, 15, 16, 31}));
}

TEST(PacketSet, LeavesOutWhatLiesBehindTheBurst) {
  Values values;
  values.fill(7);
  for (std::size_t count = 0; count <= kBurst; ++count) {
    EXPECT_EQ(listed(PacketSet::where(values, std::uint8_t{7}, count)).size(), count);
  }
}

TEST(PacketSet, IsEmptyWhereNoneMatches) {
  const Values values{};
  EXPECT_TRUE(listed(PacketSet::where(values, std::uint8_t{1}, kBurst)).empty());
}

TEST(PacketSet, JoinsTwo) {
  Values values{};
  values[4] = 1;
  values[2] = 2;
  const PacketSet either = PacketSet::where(values, std::uint8_t{1}, kBurst) |
                           PacketSet::where(values, std::uint8_t{2}, kBurst);
  EXPECT_EQ(listed(either), (std::vector<std::size_t>{2, 4}));
}

TEST(PacketSet, CutsAndCounts) {
  Values values{};
  for (const std::size_t i : {1u, 2u, 30u}) values[i] = 1;
  const PacketSet ones = PacketSet::where(values, std::uint8_t{1}, kBurst);
  EXPECT_EQ(ones.size(), 3u);
  EXPECT_EQ(listed(ones & PacketSet::first(3)), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(listed(PacketSet::first(4).without(ones)), (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(PacketSet::first(0).size(), 0u);
  EXPECT_EQ(PacketSet::first(kBurst).size(), kBurst);
}

TEST(PacketSet, DoesNotFollowWhatChangesMeanwhile) {
  Values values;
  values.fill(1);
  std::size_t visited = 0;
  for (const std::size_t i : PacketSet::where(values, std::uint8_t{1}, 4)) {
    values[i] = 0;
    ++visited;
  }
  EXPECT_EQ(visited, 4u);
}

}  // namespace
}  // namespace jvpn::test
