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
  std::uint32_t hold_packets = 64;  ///< of one session, while it has no binding; 0: none
  Duration hold = 2s;               ///< how long one waits at most
  bool operator==(const SwitchingPolicy&) const = default;
};

struct TransportPolicy {
  std::uint32_t max_candidate_count = 3;  ///< validated standby paths kept for one session
  Duration candidate_max_age = 10s;       ///< a validated one jumps with a single message
  bool operator==(const TransportPolicy&) const = default;
};

struct SecurityPolicy {
  Duration challenge_max_age = kTokenMaxAge;
  std::uint32_t replay_window_packets = kMaxReplayWindow;
  std::uint32_t max_authenticated_failures = 16;  ///< per sliding minute
  Duration rekey_after = 120s;                    ///< of data flowing, give or take a tenth
  std::uint64_t rekey_after_blocks = std::uint64_t{1} << 35;  ///< of 16 bytes, either direction
  bool operator==(const SecurityPolicy&) const = default;
};

/// Bounds over all sessions. Rates are per second.
struct LimitsPolicy {
  std::uint32_t sessions = 1'000'000;
  std::uint32_t sessions_per_prefix = 65'536;  ///< of sources: IPv4 /24, IPv6 /48
  std::uint32_t handshakes_per_s = 4'000;
  std::uint32_t handshakes_per_source_per_s = 200;
  std::uint32_t reattaches_per_s = 50'000;
  std::uint32_t reattaches_per_source_per_s = 2'000;
  std::uint32_t notices_per_s = 50'000;
  std::uint32_t probes_per_s = 50'000;
  std::uint32_t rekeys_per_s = 1'000;
  std::uint32_t heartbeats_per_s = 100'000;  ///< beyond it the interval is stretched
  std::uint32_t hold_packets_total = 32'768;
  std::uint32_t tombstones = 65'536;
  std::uint32_t wishes = 16'384;  ///< hand-overs asked for and not yet settled
  bool operator==(const LimitsPolicy&) const = default;
};

/// What one direction of a session may carry, in inner bytes (meter.h).
struct MeterPolicy {
  std::uint64_t committed_bps = 0;  ///< beyond it packets are counted
  std::uint64_t peak_bps = 0;       ///< beyond it they are dropped; 0: unmetered
  std::uint32_t committed_burst_bytes = 262'144;
  std::uint32_t peak_burst_bytes = 262'144;
  bool operator==(const MeterPolicy&) const = default;
};

struct MetersPolicy {
  MeterPolicy up;
  MeterPolicy down;
  bool operator==(const MetersPolicy&) const = default;
};

/// When a changed policy begins to hold for a live session.
enum class PolicyApply : std::uint8_t {
  strict,  ///< now
  grace,   ///< with its next transition
};

struct Policy {
  std::string version = "1.0";  ///< "X.Y", compared as numbers
  PolicyApply apply = PolicyApply::strict;
  SessionPolicy session;
  VolatilityPolicy volatility;
  SwitchingPolicy switching;
  TransportPolicy transport;
  SecurityPolicy security;
  LimitsPolicy limits;
  MetersPolicy meters;
  bool operator==(const Policy&) const = default;
};

/// Ranges and relations (tombstone > birth key, volatile > interval, ...). The error names the key
/// as it stands in the configuration, its value and what is expected.
Result<void> validate(const Policy& policy);

}  // namespace jvpn
