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
