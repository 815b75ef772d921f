// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/apps/gateway/config_fixture.h"

namespace jvpn {
namespace {

Policy load_policy(std::string_view policy_text) {
  std::string text(kGoodConfig.substr(0, kGoodConfig.find("[policy]")));
  auto config = ConfigFolder().load(text + std::string(policy_text));
  EXPECT_TRUE(config) << config.error().what;
  return config ? config->control.policy : Policy{};
}

TEST(PolicyConfig, MapsEveryKeyOfTransportsRekeysAndHolding) {
  const Policy p = load_policy(R"([policy]
apply = "grace"
[policy.transport]
max_candidate_count = 4
candidate_max_age_ms = 9001
[policy.switching]
hold_packets = 65
hold_ms = 2001
[policy.security]
rekey_after_ms = 120001
rekey_after_blocks = 65537
)");
  EXPECT_EQ(p.apply, PolicyApply::grace);
  EXPECT_EQ(p.transport.max_candidate_count, 4u);
  EXPECT_EQ(p.transport.candidate_max_age, 9001ms);
  EXPECT_EQ(p.switching.hold_packets, 65u);
  EXPECT_EQ(p.switching.hold, 2001ms);
  EXPECT_EQ(p.security.rekey_after, 120001ms);
  EXPECT_EQ(p.security.rekey_after_blocks, 65537u);
}

TEST(PolicyConfig, MapsEveryLimit) {
  const Policy p = load_policy(R"([policy.limits]
sessions = 1
sessions_per_prefix = 2
handshakes_per_s = 3
handshakes_per_source_per_s = 4
reattaches_per_s = 5
reattaches_per_source_per_s = 6
notices_per_s = 7
probes_per_s = 8
rekeys_per_s = 9
heartbeats_per_s = 10
hold_packets_total = 11
tombstones = 12
wishes = 13
)");
  EXPECT_EQ(p.limits, (LimitsPolicy{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
}

TEST(PolicyConfig, MapsEveryMeter) {
  const Policy p = load_policy(R"([policy.meters]
up_committed_bps = 8001
up_peak_bps = 100000000000
up_committed_burst_bytes = 8901
up_peak_burst_bytes = 4294967295
down_committed_bps = 8002
down_peak_bps = 8003
down_committed_burst_bytes = 8902
down_peak_burst_bytes = 8903
)");
  EXPECT_EQ(p.meters.up, (MeterPolicy{8001, 100'000'000'000, 8901, 4'294'967'295}));
  EXPECT_EQ(p.meters.down, (MeterPolicy{8002, 8003, 8902, 8903}));
}

TEST(PolicyConfig, RefusesAMeterThatCanMeasureNothing) {
  const auto complaint = [](const char* meter) {
    return ConfigFolder().complaint_after(
        "[policy.switching]", std::string("[policy.meters]\n") + meter + "\n[policy.switching]");
  };
  EXPECT_EQ(complaint("up_peak_bps = 7999"),
            "gateway.toml:44:15: policy.meters.up_peak_bps = 7999: must be 8000 .. 100000000000");
  EXPECT_EQ(complaint("down_committed_bps = 9000"),
            "gateway.toml:44:22: policy.meters.down_committed_bps = 9000: must be at most "
            "policy.meters.down_peak_bps (0)");
  EXPECT_EQ(complaint("up_peak_burst_bytes = 8899"),
            "gateway.toml:44:23: policy.meters.up_peak_burst_bytes = 8899: must be 8900 .. "
            "4294967295");
}

TEST(PolicyConfig, MapsEverySessionKey) {
  const Policy p = load_policy(R"([policy]
version = "3.11"
[policy.session]
max_lifetime_ms = 90001
transport_lost_ttl_ms = 16001
birth_key_ms = 20001
tombstone_ms = 60001
)");
  EXPECT_EQ(p.version, "3.11");
  EXPECT_EQ(p.session.max_lifetime, 90001ms);
  EXPECT_EQ(p.session.transport_lost_ttl, 16001ms);
  EXPECT_EQ(p.session.birth_key, 20001ms);
  EXPECT_EQ(p.session.tombstone, 60001ms);
}

TEST(PolicyConfig, MapsEveryVolatilityKey) {
  const Policy p = load_policy(R"([policy.volatility]
heartbeat_interval_ms = 501
heartbeat_volatile_ms = 2001
transport_dead_ms = 3001
loss_window_ms = 2002
loss_volatile_threshold = 0.25
max_consecutive_drops = 4
latency_volatile_threshold_ms = 150
stability_window_ms = 2003
volatile_to_degraded_ms = 4001
)");
  EXPECT_EQ(p.volatility.heartbeat_interval, 501ms);
  EXPECT_EQ(p.volatility.heartbeat_volatile, 2001ms);
  EXPECT_EQ(p.volatility.transport_dead, 3001ms);
  EXPECT_EQ(p.volatility.loss_window, 2002ms);
  EXPECT_EQ(p.volatility.loss_volatile_threshold, 0.25);
  EXPECT_EQ(p.volatility.max_consecutive_drops, 4u);
  EXPECT_EQ(p.volatility.latency_volatile_threshold, 150ms);
  EXPECT_EQ(p.volatility.stability_window, 2003ms);
  EXPECT_EQ(p.volatility.volatile_to_degraded, 4001ms);
}

TEST(PolicyConfig, MapsEverySwitchingAndSecurityKey) {
  const Policy p = load_policy(R"([policy.switching]
max_switches_per_min = 9
max_nat_rebinds_per_min = 31
switch_cooldown_ms = 1501
recovery_window_ms = 8001
switch_improvement_factor = 1.2
on_recovery_timeout = "terminate"
drain_ms = 251
[policy.security]
challenge_max_age_ms = 4001
replay_window_packets = 1024
max_authenticated_failures = 17
)");
  EXPECT_EQ(p.switching.max_switches_per_min, 9u);
  EXPECT_EQ(p.switching.max_nat_rebinds_per_min, 31u);
  EXPECT_EQ(p.switching.switch_cooldown, 1501ms);
  EXPECT_EQ(p.switching.recovery_window, 8001ms);
  EXPECT_EQ(p.switching.switch_improvement_factor, 1.2);
  EXPECT_EQ(p.switching.on_recovery_timeout, OnRecoveryTimeout::terminate);
  EXPECT_EQ(p.switching.drain, 251ms);
  EXPECT_EQ(p.security.challenge_max_age, 4001ms);
  EXPECT_EQ(p.security.replay_window_packets, 1024u);
  EXPECT_EQ(p.security.max_authenticated_failures, 17u);
}

TEST(PolicyConfig, TellsTheLineOfAValueOutOfRange) {
  const std::string what =
      ConfigFolder().complaint_after("max_lifetime_ms = 1000000", "max_lifetime_ms = 0");
  EXPECT_TRUE(what.starts_with("gateway.toml:42:19: policy.session.max_lifetime_ms = 0: ")) << what;
}

TEST(PolicyConfig, TellsTheLineOfTheTableWhenABrokenRelationInvolvesADefault) {
  const std::string what =
      ConfigFolder().complaint_after("max_lifetime_ms = 1000000", "birth_key_ms = 60000");
  EXPECT_TRUE(what.starts_with("gateway.toml:41:1: policy.session.tombstone_ms = 60000: ")) << what;
}

}  // namespace
}  // namespace jvpn
