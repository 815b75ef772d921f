// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/number_window.h"

#include <gtest/gtest.h>

namespace jvpn::churn {
namespace {

class NumberWindowTest : public testing::Test {
 protected:
  void send(int packets) {
    for (int i = 0; i < packets; ++i) window_.send(counts_);
  }
  FlowCounts counts_;
  NumberWindow window_;
};

TEST_F(NumberWindowTest, NumbersRiseFromZero) {
  EXPECT_EQ(window_.send(counts_), 0u);
  EXPECT_EQ(window_.send(counts_), 1u);
  EXPECT_EQ(counts_.sent, 2u);
}

TEST_F(NumberWindowTest, APacketThatArrivesTwiceIsCountedOnceAndTold) {
  send(3);
  EXPECT_TRUE(window_.arrive(1, counts_));
  EXPECT_FALSE(window_.arrive(1, counts_));
  EXPECT_EQ(counts_.received, 1u);
  EXPECT_EQ(counts_.duplicated, 1u);
}

TEST_F(NumberWindowTest, ANumberThatWasNeverSentIsUnknown) {
  send(3);
  EXPECT_FALSE(window_.arrive(3, counts_));
  EXPECT_EQ(counts_.unknown, 1u);
}

TEST_F(NumberWindowTest, WhatNeverArrivesIsLostOnceSixtyFourNewerOnesWereSent) {
  send(64);
  EXPECT_EQ(counts_.lost_otherwise, 0u);
  send(1);
  EXPECT_EQ(counts_.lost_otherwise, 1u);
  EXPECT_FALSE(window_.arrive(0, counts_));
  EXPECT_EQ(counts_.late, 1u);
}

TEST_F(NumberWindowTest, WhatWasOnItsWayWhenThePathDiedIsLostThere) {
  send(2);
  window_.arrive(0, counts_);
  window_.expose();
  send(1);
  window_.settle(counts_);
  EXPECT_EQ(counts_.lost_at_jump, 1u);
  EXPECT_EQ(counts_.lost_otherwise, 1u);
}

TEST_F(NumberWindowTest, EverySentPacketHasExactlyOneFate) {
  for (std::uint32_t i = 0; i < 1000; ++i) {
    window_.send(counts_);
    if (i % 3 != 0) window_.arrive(i - i % 2, counts_);
    if (i % 100 == 0) window_.expose();
  }
  window_.settle(counts_);
  EXPECT_EQ(counts_.sent, 1000u);
  EXPECT_EQ(counts_.received + counts_.lost_at_jump + counts_.lost_otherwise, counts_.sent);
  EXPECT_GT(counts_.lost_at_jump, 0u);
}

}  // namespace
}  // namespace jvpn::churn
