// SPDX-License-Identifier: Apache-2.0
#include "session/core/policy.h"

#include <charconv>
#include <string_view>

#include "session/core/client_policy.h"

namespace jvpn {
namespace {

constexpr std::int64_t kMaxMs = UINT32_MAX;  ///< times travel as 32-bit milliseconds

std::string text_of(std::int64_t value) {
  return std::to_string(value);
}
std::string text_of(double value) {
  char text[400];  // room for any double without an exponent
  const auto written = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  return std::string(text, written.ptr);
}
std::string text_of(std::string_view value) {
  return "\"" + std::string(value) + "\"";
}

/// Collects the first violation; later checks are then skipped.
class Checker {
 public:
  template <class Number>
  void range(std::string_view key, Number value, Number low, Number high) {
    // Written so that NaN fails too.
    if (value >= low && value <= high) return;
    refuse(key, text_of(value), "must be " + text_of(low) + " .. " + text_of(high));
  }
  void range(std::string_view key, Duration value, std::int64_t low_ms,
             std::int64_t high_ms = kMaxMs) {
    range<std::int64_t>(key, to_ms(value), low_ms, high_ms);
  }
  void greater(std::string_view key, Duration value, std::string_view than_key, Duration than) {
    if (to_ms(value) > to_ms(than)) return;
    relation(key, value, "must be greater than ", than_key, than);
  }
  void at_least(std::string_view key, Duration value, std::string_view than_key, Duration than) {
    if (to_ms(value) >= to_ms(than)) return;
    relation(key, value, "must be at least ", than_key, than);
  }
  void refuse(std::string_view key, const std::string& value, const std::string& expected) {
    if (error_.empty()) error_ = std::string(key) + " = " + value + ": " + expected;
  }
  Result<void> result() const {
    if (error_.empty()) return {};
    return fail(error_);
  }

 private:
  void relation(std::string_view key, Duration value, const char* expected,
                std::string_view than_key, Duration than) {
    refuse(key, text_of(to_ms(value)),
           expected + std::string(than_key) + " (" + text_of(to_ms(than)) + ")");
  }

  std::string error_;
};

void check_version(Checker& check, std::string_view version) {
  if (!parse_policy_version(version))
    check.refuse("policy.version", text_of(version), "must be \"X.Y\", two numbers");
}

void check_session(Checker& check, const SessionPolicy& p) {
  check.range("policy.session.max_lifetime_ms", p.max_lifetime, 1);
  check.range("policy.session.transport_lost_ttl_ms", p.transport_lost_ttl, 1'000, 86'400'000);
  check.range("policy.session.birth_key_ms", p.birth_key, 1);
  check.range("policy.session.tombstone_ms", p.tombstone, 1);
  check.greater("policy.session.tombstone_ms", p.tombstone, "policy.session.birth_key_ms",
                p.birth_key);
}

void check_volatility(Checker& check, const VolatilityPolicy& p) {
  check.range("policy.volatility.heartbeat_interval_ms", p.heartbeat_interval, 100, 60'000);
  check.range("policy.volatility.heartbeat_volatile_ms", p.heartbeat_volatile, 1);
  check.greater("policy.volatility.heartbeat_volatile_ms", p.heartbeat_volatile,
                "policy.volatility.heartbeat_interval_ms", p.heartbeat_interval);
  check.range("policy.volatility.transport_dead_ms", p.transport_dead, 1);
  check.at_least("policy.volatility.transport_dead_ms", p.transport_dead,
                 "policy.volatility.heartbeat_volatile_ms", p.heartbeat_volatile);
  check.range("policy.volatility.loss_window_ms", p.loss_window, 1);
  check.range("policy.volatility.loss_volatile_threshold", p.loss_volatile_threshold, 1e-6, 1.0);
  check.range<std::int64_t>("policy.volatility.max_consecutive_drops", p.max_consecutive_drops, 1,
                            UINT32_MAX);
  check.range("policy.volatility.latency_volatile_threshold_ms", p.latency_volatile_threshold, 0);
  check.range("policy.volatility.stability_window_ms", p.stability_window, 1);
  check.range("policy.volatility.volatile_to_degraded_ms", p.volatile_to_degraded, 1);
}

void check_switching(Checker& check, const SwitchingPolicy& p) {
  check.range("policy.switching.switch_cooldown_ms", p.switch_cooldown, 0);
  check.range("policy.switching.recovery_window_ms", p.recovery_window, 1);
  check.range("policy.switching.switch_improvement_factor", p.switch_improvement_factor, 1.0,
              1000.0);
  check.range("policy.switching.drain_ms", p.drain, 0);
  check.range<std::int64_t>("policy.switching.hold_packets", p.hold_packets, 0, kMaxHoldPackets);
  check.range("policy.switching.hold_ms", p.hold, 1, kMaxHoldMs);
  const bool known = p.on_recovery_timeout == OnRecoveryTimeout::degrade ||
                     p.on_recovery_timeout == OnRecoveryTimeout::terminate;
  if (known) return;
  check.refuse("policy.switching.on_recovery_timeout",
               text_of(std::int64_t{static_cast<std::uint8_t>(p.on_recovery_timeout)}),
               "must be \"degrade\" or \"terminate\"");
}

void check_transport(Checker& check, const TransportPolicy& p) {
  check.range<std::int64_t>("policy.transport.max_candidate_count", p.max_candidate_count, 1,
                            kMaxCandidates);
  check.range("policy.transport.candidate_max_age_ms", p.candidate_max_age, 1,
              to_ms(kCandidateMaxAge));
}

void check_security(Checker& check, const SecurityPolicy& p) {
  check.range("policy.security.challenge_max_age_ms", p.challenge_max_age, 1, to_ms(kTokenMaxAge));
  check.range<std::int64_t>("policy.security.replay_window_packets", p.replay_window_packets,
                            kMinReplayWindow, kMaxReplayWindow);
  check.range<std::int64_t>("policy.security.max_authenticated_failures",
                            p.max_authenticated_failures, 1, UINT32_MAX);
  check.range("policy.security.rekey_after_ms", p.rekey_after, 1'000, 86'400'000);
  check.range<std::int64_t>("policy.security.rekey_after_blocks",
                            static_cast<std::int64_t>(p.rekey_after_blocks), 1 << 16,
                            static_cast<std::int64_t>(kBlocksPerKey / 2));
}

void check_limits(Checker& check, const LimitsPolicy& p) {
  const auto positive = [&](std::string_view key, std::uint32_t value) {
    check.range<std::int64_t>(key, value, 1, UINT32_MAX);
  };
  positive("policy.limits.sessions", p.sessions);
  positive("policy.limits.sessions_per_prefix", p.sessions_per_prefix);
  positive("policy.limits.handshakes_per_s", p.handshakes_per_s);
  positive("policy.limits.handshakes_per_source_per_s", p.handshakes_per_source_per_s);
  positive("policy.limits.reattaches_per_s", p.reattaches_per_s);
  positive("policy.limits.reattaches_per_source_per_s", p.reattaches_per_source_per_s);
  positive("policy.limits.notices_per_s", p.notices_per_s);
  positive("policy.limits.probes_per_s", p.probes_per_s);
  positive("policy.limits.rekeys_per_s", p.rekeys_per_s);
  positive("policy.limits.heartbeats_per_s", p.heartbeats_per_s);
  positive("policy.limits.hold_packets_total", p.hold_packets_total);
  positive("policy.limits.tombstones", p.tombstones);
  positive("policy.limits.wishes", p.wishes);
}

/// Below, a byte takes longer than a meter counts in; above, less.
constexpr std::int64_t kMinMeterBps = 8'000;
constexpr std::int64_t kMaxMeterBps = 100'000'000'000;

void check_meter(Checker& check, const std::string& way, const MeterPolicy& p) {
  const std::string committed_key = "policy.meters." + way + "_committed_bps";
  const auto committed = static_cast<std::int64_t>(p.committed_bps);
  const auto peak = static_cast<std::int64_t>(p.peak_bps);
  if (peak != 0)
    check.range("policy.meters." + way + "_peak_bps", peak, kMinMeterBps, kMaxMeterBps);
  if (committed != 0) check.range(committed_key, committed, kMinMeterBps, kMaxMeterBps);
  if (committed > peak) {
    check.refuse(committed_key, text_of(committed),
                 "must be at most policy.meters." + way + "_peak_bps (" + text_of(peak) + ")");
  }
  // No bucket could ever hold what the largest packet takes.
  check.range<std::int64_t>("policy.meters." + way + "_committed_burst_bytes",
                            p.committed_burst_bytes, kMaxTunnelMtu, UINT32_MAX);
  check.range<std::int64_t>("policy.meters." + way + "_peak_burst_bytes", p.peak_burst_bytes,
                            kMaxTunnelMtu, UINT32_MAX);
}

}  // namespace

Result<void> validate(const Policy& policy) {
  Checker check;
  check_version(check, policy.version);
  check_session(check, policy.session);
  check_volatility(check, policy.volatility);
  check_switching(check, policy.switching);
  check_transport(check, policy.transport);
  check_security(check, policy.security);
  check_limits(check, policy.limits);
  check_meter(check, "up", policy.meters.up);
  check_meter(check, "down", policy.meters.down);
  return check.result();
}

}  // namespace jvpn
