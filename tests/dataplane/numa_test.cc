// SPDX-License-Identifier: Apache-2.0
#include "dataplane/numa.h"

#include <gtest/gtest.h>

namespace jvpn::test {
namespace {

using Sockets = std::vector<int>;

TEST(Numa, PutsWhatAllUseWhereMostWorkersAre) {
  EXPECT_EQ(socket_of_most(Sockets{1}), 1);
  EXPECT_EQ(socket_of_most(Sockets{0, 1, 1}), 1);
  EXPECT_EQ(socket_of_most(Sockets{1, 0}), 0);
  EXPECT_EQ(socket_of_most(Sockets{}), kAnySocket);
}

TEST(Numa, HasNothingToSayOfOneSocketOrOfDevicesThatTellNone) {
  EXPECT_TRUE(numa_warnings(Sockets{0, 0}, std::vector<PortSocket>{{"net_null0", 0}}).empty());
  EXPECT_TRUE(numa_warnings(Sockets{1}, std::vector<PortSocket>{{"net_tap0", kAnySocket}}).empty());
}

TEST(Numa, NamesAPortFarFromItsWorkers) {
  const auto warnings = numa_warnings(
      Sockets{0, 0}, std::vector<PortSocket>{{"0000:03:00.0", 0}, {"0000:83:00.0", 1}});
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_EQ(warnings[0],
            "device \"0000:83:00.0\" is on NUMA socket 1, worker 0 on socket 0: its frames cross "
            "between them");
  EXPECT_NE(warnings[1].find("worker 1"), std::string::npos);
}

TEST(Numa, SaysWhereTheTableIsWhenWorkersAreOnSeveral) {
  const auto warnings = numa_warnings(Sockets{0, 1, 1}, std::vector<PortSocket>{{"net_null0", 1}});
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_NE(warnings[0].find("worker 0 on socket 0"), std::string::npos) << warnings[0];
  EXPECT_NE(warnings[1].find("table lies on socket 1"), std::string::npos) << warnings[1];
}

}  // namespace
}  // namespace jvpn::test
