// SPDX-License-Identifier: Apache-2.0
#include "session/core/policy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace jvpn {
namespace {

using std::chrono::hours;

struct Bound {
  std::string name;
  std::function<void(Policy&)> change;
  std::string error;  ///< empty: valid
};

void expect_all(const std::vector<Bound>& bounds) {
  for (const Bound& bound : bounds) {
    Policy policy;
    bound.change(policy);
    const Result<void> result = validate(policy);
    EXPECT_EQ(result ? std::string() : result.error().what, bound.error) << bound.name;
  }
}

TEST(Policy, DefaultsAreValid) {
  EXPECT_TRUE(validate(Policy{}));
}

TEST(Policy, VersionIsTwoNumbers) {
  for (const char* good : {"0.0", "1.0", "12.345"}) {
    Policy policy;
    policy.version = good;
    EXPECT_TRUE(validate(policy)) << good;
  }
  for (const char* bad :
       {"", "1", ".", "1.", ".1", "1.0.0", "1.x", "v1.0", " 1.0", "-1.0", "1.99999999999"}) {
    Policy policy;
    policy.version = bad;
    const auto result = validate(policy);
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().what,
              "policy.version = \"" + std::string(bad) + "\": must be \"X.Y\", two numbers");
  }
}

TEST(Policy, SessionBounds) {
  const std::string ttl = ": must be 1000 .. 86400000";
  expect_all({
      {"lifetime 0", [](Policy& p) { p.session.max_lifetime = 0s; },
       "policy.session.max_lifetime_ms = 0: must be 1 .. 4294967295"},
      {"lifetime 1", [](Policy& p) { p.session.max_lifetime = 1ms; }, ""},
      {"lifetime max", [](Policy& p) { p.session.max_lifetime = 4294967295ms; }, ""},
      {"lifetime beyond", [](Policy& p) { p.session.max_lifetime = 4294967296ms; },
       "policy.session.max_lifetime_ms = 4294967296: must be 1 .. 4294967295"},
      {"ttl 999", [](Policy& p) { p.session.transport_lost_ttl = 999ms; },
       "policy.session.transport_lost_ttl_ms = 999" + ttl},
      {"ttl 1000", [](Policy& p) { p.session.transport_lost_ttl = 1s; }, ""},
      {"ttl 24 h", [](Policy& p) { p.session.transport_lost_ttl = hours(24); }, ""},
      {"ttl 24 h + 1", [](Policy& p) { p.session.transport_lost_ttl = hours(24) + 1ms; },
       "policy.session.transport_lost_ttl_ms = 86400001" + ttl},
      {"birth 0", [](Policy& p) { p.session.birth_key = 0s; },
       "policy.session.birth_key_ms = 0: must be 1 .. 4294967295"},
      {"tombstone 10 s", [](Policy& p) { p.session.tombstone = 10s; },
       "policy.session.tombstone_ms = 10000: must be greater than policy.session.birth_key_ms "
       "(20000)"},
      {"tombstone equal", [](Policy& p) { p.session.tombstone = 20s; },
       "policy.session.tombstone_ms = 20000: must be greater than policy.session.birth_key_ms "
       "(20000)"},
      {"tombstone above", [](Policy& p) { p.session.tombstone = 20'001ms; }, ""},
  });
}

TEST(Policy, HeartbeatBounds) {
  const std::string interval = "policy.volatility.heartbeat_interval_ms = ";
  expect_all({
      {"interval 99", [](Policy& p) { p.volatility.heartbeat_interval = 99ms; },
       interval + "99: must be 100 .. 60000"},
      {"interval 100", [](Policy& p) { p.volatility.heartbeat_interval = 100ms; }, ""},
      {"interval 60 001", [](Policy& p) { p.volatility.heartbeat_interval = 60'001ms; },
       interval + "60001: must be 100 .. 60000"},
      {"interval 60 000",
       [](Policy& p) {
         p.volatility.heartbeat_interval = 60s;
         p.volatility.heartbeat_volatile = 60'001ms;
         p.volatility.transport_dead = 60'001ms;
       },
       ""},
      {"volatile = interval", [](Policy& p) { p.volatility.heartbeat_volatile = 500ms; },
       "policy.volatility.heartbeat_volatile_ms = 500: must be greater than "
       "policy.volatility.heartbeat_interval_ms (500)"},
      {"dead < volatile", [](Policy& p) { p.volatility.transport_dead = 1999ms; },
       "policy.volatility.transport_dead_ms = 1999: must be at least "
       "policy.volatility.heartbeat_volatile_ms (2000)"},
      {"dead = volatile", [](Policy& p) { p.volatility.transport_dead = 2s; }, ""},
  });
}

TEST(Policy, LossAndStabilityBounds) {
  const std::string threshold = "policy.volatility.loss_volatile_threshold = ";
  expect_all({
      {"loss window 0", [](Policy& p) { p.volatility.loss_window = 0s; },
       "policy.volatility.loss_window_ms = 0: must be 1 .. 4294967295"},
      {"threshold 0", [](Policy& p) { p.volatility.loss_volatile_threshold = 0; },
       threshold + "0: must be 0.000001 .. 1"},
      {"threshold 1", [](Policy& p) { p.volatility.loss_volatile_threshold = 1; }, ""},
      {"threshold 1.5", [](Policy& p) { p.volatility.loss_volatile_threshold = 1.5; },
       threshold + "1.5: must be 0.000001 .. 1"},
      {"threshold nan", [](Policy& p) { p.volatility.loss_volatile_threshold = std::nan(""); },
       threshold + "nan: must be 0.000001 .. 1"},
      {"drops 0", [](Policy& p) { p.volatility.max_consecutive_drops = 0; },
       "policy.volatility.max_consecutive_drops = 0: must be 1 .. 4294967295"},
      {"latency off", [](Policy& p) { p.volatility.latency_volatile_threshold = 0s; }, ""},
      {"latency -1", [](Policy& p) { p.volatility.latency_volatile_threshold = -1ms; },
       "policy.volatility.latency_volatile_threshold_ms = -1: must be 0 .. 4294967295"},
      {"stability 0", [](Policy& p) { p.volatility.stability_window = 0s; },
       "policy.volatility.stability_window_ms = 0: must be 1 .. 4294967295"},
      {"degraded 0", [](Policy& p) { p.volatility.volatile_to_degraded = 0s; },
       "policy.volatility.volatile_to_degraded_ms = 0: must be 1 .. 4294967295"},
  });
}

TEST(Policy, SwitchingBounds) {
  const std::string factor = "policy.switching.switch_improvement_factor = ";
  expect_all({
      {"never switch", [](Policy& p) { p.switching.max_switches_per_min = 0; }, ""},
      {"never rebind", [](Policy& p) { p.switching.max_nat_rebinds_per_min = 0; }, ""},
      {"cooldown 0", [](Policy& p) { p.switching.switch_cooldown = 0s; }, ""},
      {"cooldown -1", [](Policy& p) { p.switching.switch_cooldown = -1ms; },
       "policy.switching.switch_cooldown_ms = -1: must be 0 .. 4294967295"},
      {"recovery 0", [](Policy& p) { p.switching.recovery_window = 0s; },
       "policy.switching.recovery_window_ms = 0: must be 1 .. 4294967295"},
      {"factor 0.99", [](Policy& p) { p.switching.switch_improvement_factor = 0.99; },
       factor + "0.99: must be 1 .. 1000"},
      {"factor 1", [](Policy& p) { p.switching.switch_improvement_factor = 1; }, ""},
      {"factor inf", [](Policy& p) { p.switching.switch_improvement_factor = HUGE_VAL; },
       factor + "inf: must be 1 .. 1000"},
      {"timeout", [](Policy& p) { p.switching.on_recovery_timeout = OnRecoveryTimeout{2}; },
       "policy.switching.on_recovery_timeout = 2: must be \"degrade\" or \"terminate\""},
      {"drain 0", [](Policy& p) { p.switching.drain = 0s; }, ""},
      {"drain -1", [](Policy& p) { p.switching.drain = -1ms; },
       "policy.switching.drain_ms = -1: must be 0 .. 4294967295"},
  });
}

TEST(Policy, SecurityBoundsCannotBeLoosened) {
  const std::string age = ": must be 1 .. 5000";
  const std::string window = ": must be 64 .. 8192";
  expect_all({
      {"age 0", [](Policy& p) { p.security.challenge_max_age = 0s; },
       "policy.security.challenge_max_age_ms = 0" + age},
      {"age 5001", [](Policy& p) { p.security.challenge_max_age = 5001ms; },
       "policy.security.challenge_max_age_ms = 5001" + age},
      {"window 0", [](Policy& p) { p.security.replay_window_packets = 0; },
       "policy.security.replay_window_packets = 0" + window},
      {"window 63", [](Policy& p) { p.security.replay_window_packets = 63; },
       "policy.security.replay_window_packets = 63" + window},
      {"window 64", [](Policy& p) { p.security.replay_window_packets = 64; }, ""},
      {"window 8193", [](Policy& p) { p.security.replay_window_packets = 8193; },
       "policy.security.replay_window_packets = 8193" + window},
      {"failures 0", [](Policy& p) { p.security.max_authenticated_failures = 0; },
       "policy.security.max_authenticated_failures = 0: must be 1 .. 4294967295"},
  });
}

}  // namespace
}  // namespace jvpn
