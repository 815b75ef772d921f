// SPDX-License-Identifier: Apache-2.0
#include "session/core/reason.h"

#include <gtest/gtest.h>

#include <set>

namespace jvpn {
namespace {

constexpr Reason kAll[] = {
#define X(number, name, meaning) Reason::name,
    JVPN_REASONS(X)
#undef X
};

TEST(Reason, EveryNumberAndNameIsUniqueAndNoneIsZero) {
  std::set<std::uint16_t> numbers = {0};
  std::set<std::string_view> names = {"none", "unknown_reason"};
  for (Reason reason : kAll) {
    EXPECT_TRUE(numbers.insert(static_cast<std::uint16_t>(reason)).second) << to_string(reason);
    EXPECT_TRUE(names.insert(to_string(reason)).second) << to_string(reason);
  }
  EXPECT_EQ(to_string(Reason::none), "none");
}

TEST(Reason, NamesAreLowerSnake) {
  for (Reason reason : kAll) {
    for (char c : to_string(reason)) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '_');
  }
}

TEST(Reason, NumbersOnTheWireNeverChange) {
  EXPECT_EQ(static_cast<int>(Reason::attached_to_transport), 1);
  EXPECT_EQ(static_cast<int>(Reason::reattach_success), 13);
  EXPECT_EQ(static_cast<int>(Reason::peer_terminated), 19);
  EXPECT_EQ(static_cast<int>(Reason::stale_state_version), 32);
  EXPECT_EQ(static_cast<int>(Reason::node_draining), 51);
}

TEST(Reason, ANumberOfANewerPeerIsSaidToBeUnknown) {
  EXPECT_EQ(to_string(static_cast<Reason>(52)), "unknown_reason");
  EXPECT_EQ(to_string(static_cast<Reason>(65535)), "unknown_reason");
}

}  // namespace
}  // namespace jvpn
