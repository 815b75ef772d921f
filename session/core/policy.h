// SPDX-License-Identifier: Apache-2.0
// What bounds a session. Defaults are those of docs/SESSION.md; policy can tighten, never switch
// off an invariant.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "session/core/limits.h"

namespace jvpn {

struct SessionPolicy {
  Duration max_lifetime = std::chrono::hours(8);
  Duration transport_lost_ttl = 15s;
  Duration birth_key = 20s;
  Duration tombstone = 60s;
  bool operator==(const SessionPolicy&) const = default;
};

struct VolatilityPolicy {
  Duration heartbeat_interval = 500ms;
  Duration heartbeat_volatile = 2s;  ///< no evidence for this long: VOLATILE
  Duration transport_dead = 3s;      ///< no evidence for this long: the binding is removed
  Duration loss_window = 2s;
  double loss_volatile_threshold = 0.20;
  std::uint32_t max_consecutive_drops = 3;  ///< heartbeats
  Duration latency_volatile_threshold{};    ///< zero: off
  Duration stability_window = 2s;
  Duration volatile_to_degraded = 4s;
  bool operator==(const VolatilityPolicy&) const = default;
};

enum class OnRecoveryTimeout : std::uint8_t { degrade, terminate };

struct SwitchingPolicy {
  std::uint32_t max_switches_per_min = 8;  ///< 0: never
  std::uint32_t max_nat_rebinds_per_min = 30;
  Duration switch_cooldown = 1500ms;
  Duration recovery_window = 8s;
  double switch_improvement_factor = 1.10;
  OnRecoveryTimeout on_recovery_timeout = OnRecoveryTimeout::degrade;
  Duration drain = 250ms;
  bool operator==(const SwitchingPolicy&) const = default;
};

struct SecurityPolicy {
  Duration challenge_max_age = kTokenMaxAge;
  std::uint32_t replay_window_packets = kMaxReplayWindow;
  std::uint32_t max_authenticated_failures = 16;  ///< per sliding minute
  bool operator==(const SecurityPolicy&) const = default;
};

struct Policy {
  std::string version = "1.0";  ///< "X.Y", compared as numbers
  SessionPolicy session;
  VolatilityPolicy volatility;
  SwitchingPolicy switching;
  SecurityPolicy security;
  bool operator==(const Policy&) const = default;
};

/// Ranges and relations (tombstone > birth key, volatile > interval, ...). The error names the key
/// as it stands in the configuration, its value and what is expected.
Result<void> validate(const Policy& policy);

}  // namespace jvpn
