// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/rekey_shortfall.h"

#include <gmock/gmock.h>

namespace jvpn {
namespace {

using testing::HasSubstr;

TEST(RekeyShortfall, IsSaidWhenMoreRekeysAreDueThanGranted) {
  Policy policy;
  policy.security.rekey_after = 100s;
  policy.limits.rekeys_per_s = 1000;
  EXPECT_EQ(rekey_shortfall(policy, 0), std::nullopt);
  EXPECT_EQ(rekey_shortfall(policy, 100'000), std::nullopt);
  const auto said = rekey_shortfall(policy, 1'000'000);
  ASSERT_TRUE(said.has_value());
  EXPECT_THAT(*said, HasSubstr("10000 rekeys a second"));
  EXPECT_THAT(*said, HasSubstr("Set rekey_after_ms to 2000000 or more"));
}

}  // namespace
}  // namespace jvpn
