// SPDX-License-Identifier: Apache-2.0
#include "client/offload/datagram_train.h"

#include <gtest/gtest.h>

#include <vector>

namespace jvpn::client {
namespace {

std::size_t train(std::initializer_list<std::size_t> sizes) {
  static const std::vector<std::uint8_t> bytes(70'000);
  std::vector<ByteView> datagrams;
  for (const std::size_t size : sizes) datagrams.push_back(ByteView(bytes).first(size));
  return train_of(datagrams);
}

TEST(DatagramTrain, TakesEqualOnesAndOneShorter) {
  EXPECT_EQ(train({100}), 1u);
  EXPECT_EQ(train({100, 100, 100}), 3u);
  EXPECT_EQ(train({100, 100, 50}), 3u);
  EXPECT_EQ(train({100, 100, 50, 50}), 3u);
  EXPECT_EQ(train({100, 100, 101}), 2u);
  EXPECT_EQ(train({100, 50, 100}), 2u);
  EXPECT_EQ(train({100, 101}), 1u);
  EXPECT_EQ(train({0, 0}), 1u) << "the kernel cannot cut by nothing";
  EXPECT_EQ(train({100, 0}), 1u) << "nor send a rest that is none";
}

TEST(DatagramTrain, IsNoLongerThanOneSendTakes) {
  static const std::vector<std::uint8_t> bytes(70'000);
  std::vector<ByteView> datagrams(100, ByteView(bytes).first(100));
  EXPECT_EQ(train_of(datagrams), 64u);
  std::fill(datagrams.begin(), datagrams.end(), ByteView(bytes).first(1452));
  EXPECT_EQ(train_of(datagrams), 45u) << "45 * 1452 = 65 340";
  datagrams[45] = ByteView(bytes).first(167);
  EXPECT_EQ(train_of(datagrams), 45u) << "its last is one of 45";
  EXPECT_EQ(train({65'507, 10}), 1u);
  EXPECT_EQ(train({40'000, 40'000}), 1u);
}

}  // namespace
}  // namespace jvpn::client
