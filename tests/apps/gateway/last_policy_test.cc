// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/last_policy.h"

#include <gtest/gtest.h>

#include "tests/apps/gateway/config_fixture.h"

namespace jvpn {
namespace {

struct LastPolicy : testing::Test {
  std::string configured(std::string_view from, std::string_view to) const {
    std::string text(kGoodConfig);
    text.replace(text.find(from), from.size(), to);
    return folder.folder.write("gateway.toml", text);
  }
  std::string kept() const { return folder.folder / "gateway.toml.last-policy"; }
  Policy good() const { return folder.load(kGoodConfig)->control.policy; }

  ConfigFolder folder;
};

TEST_F(LastPolicy, ComesBackAsItWas) {
  Policy policy = good();
  policy.apply = PolicyApply::grace;
  policy.volatility.loss_volatile_threshold = 0.1234567890123;
  policy.switching.switch_improvement_factor = 2.0;
  policy.security.rekey_after_blocks = 1ull << 34;
  policy.limits.wishes = 17;
  policy.meters.down = {8'000, 50'000'000'000, 9'000, 4'000'000'000};
  policy.volatility.latency_volatile_threshold = 250ms;
  ASSERT_TRUE(keep_policy(kept(), policy));
  const auto back = kept_policy(kept());
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(*back, policy);
}

TEST_F(LastPolicy, IsStartedWithWhereTheConfiguredOneIsBad) {
  ASSERT_TRUE(keep_policy(kept(), good()));
  for (const char* bad : {"version = \"x\"", "version = \"2.6\"\nmisspelt = 1"}) {
    const auto config = load_config_to_start(configured("version = \"2.5\"", bad));
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(config->control.policy, good());
    EXPECT_NE(config->refused_policy.find("policy"), std::string::npos) << config->refused_policy;
  }
}

TEST_F(LastPolicy, IsNotLookedAtWhereTheConfiguredOneIsGood) {
  Policy older = good();
  older.version = "1.0";
  ASSERT_TRUE(keep_policy(kept(), older));
  const auto config = load_config_to_start(configured("workers = [1, 3]", "workers = [1, 2]"));
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->control.policy.version, "2.5");
  EXPECT_EQ(config->refused_policy, "");
}

TEST_F(LastPolicy, HelpsNoConfigurationThatIsBadElsewhere) {
  ASSERT_TRUE(keep_policy(kept(), good()));
  const auto config = load_config_to_start(configured("node_id = 7", "node_id = 0"));
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().what.find("node_id"), std::string::npos);
}

TEST_F(LastPolicy, WithoutOneTheBadPolicyIsAnErrorAsEver) {
  const std::string file = configured("version = \"2.5\"", "version = \"x\"");
  const auto config = load_config_to_start(file);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().what, load_gateway_config(file).error().what);
}

TEST_F(LastPolicy, ThatIsBadItselfHelpsNobody) {
  folder.folder.write("gateway.toml.last-policy", "[policy]\nversion = \"y\"\n");
  EXPECT_FALSE(load_config_to_start(configured("version = \"2.5\"", "version = \"x\"")));
}

TEST_F(LastPolicy, NamesAPathThatCannotBeWritten) {
  EXPECT_EQ(keep_policy("/proc/policy", good()).error().what,
            "/proc/policy.new: No such file or directory");
}

}  // namespace
}  // namespace jvpn
