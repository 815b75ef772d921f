// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/config_parts.h"

namespace jvpn {
namespace {

void read_session(ConfigTable table, SessionPolicy& p) {
  table.milliseconds("max_lifetime_ms", p.max_lifetime);
  table.milliseconds("transport_lost_ttl_ms", p.transport_lost_ttl);
  table.milliseconds("birth_key_ms", p.birth_key);
  table.milliseconds("tombstone_ms", p.tombstone);
}

void read_volatility(ConfigTable table, VolatilityPolicy& p) {
  table.milliseconds("heartbeat_interval_ms", p.heartbeat_interval);
  table.milliseconds("heartbeat_volatile_ms", p.heartbeat_volatile);
  table.milliseconds("transport_dead_ms", p.transport_dead);
  table.milliseconds("loss_window_ms", p.loss_window);
  table.real("loss_volatile_threshold", p.loss_volatile_threshold);
  table.number<std::uint32_t>("max_consecutive_drops", p.max_consecutive_drops);
  table.milliseconds("latency_volatile_threshold_ms", p.latency_volatile_threshold);
  table.milliseconds("stability_window_ms", p.stability_window);
  table.milliseconds("volatile_to_degraded_ms", p.volatile_to_degraded);
}

void read_switching(ConfigTable table, SwitchingPolicy& p) {
  table.number<std::uint32_t>("max_switches_per_min", p.max_switches_per_min);
  table.number<std::uint32_t>("max_nat_rebinds_per_min", p.max_nat_rebinds_per_min);
  table.milliseconds("switch_cooldown_ms", p.switch_cooldown);
  table.milliseconds("recovery_window_ms", p.recovery_window);
  table.real("switch_improvement_factor", p.switch_improvement_factor);
  table.choice<OnRecoveryTimeout>(
      "on_recovery_timeout", p.on_recovery_timeout,
      {{"degrade", OnRecoveryTimeout::degrade}, {"terminate", OnRecoveryTimeout::terminate}});
  table.milliseconds("drain_ms", p.drain);
  table.number<std::uint32_t>("hold_packets", p.hold_packets);
  table.milliseconds("hold_ms", p.hold);
}

void read_transport(ConfigTable table, TransportPolicy& p) {
  table.number<std::uint32_t>("max_candidate_count", p.max_candidate_count);
  table.milliseconds("candidate_max_age_ms", p.candidate_max_age);
}

void read_security(ConfigTable table, SecurityPolicy& p) {
  table.milliseconds("challenge_max_age_ms", p.challenge_max_age);
  table.number<std::uint32_t>("replay_window_packets", p.replay_window_packets);
  table.number<std::uint32_t>("max_authenticated_failures", p.max_authenticated_failures);
  table.milliseconds("rekey_after_ms", p.rekey_after);
  auto blocks = static_cast<std::int64_t>(p.rekey_after_blocks);
  table.number<std::int64_t>("rekey_after_blocks", blocks, 0);
  p.rekey_after_blocks = static_cast<std::uint64_t>(blocks);
}

void read_limits(ConfigTable table, LimitsPolicy& p) {
  table.number<std::uint32_t>("sessions", p.sessions);
  table.number<std::uint32_t>("sessions_per_prefix", p.sessions_per_prefix);
  table.number<std::uint32_t>("handshakes_per_s", p.handshakes_per_s);
  table.number<std::uint32_t>("handshakes_per_source_per_s", p.handshakes_per_source_per_s);
  table.number<std::uint32_t>("reattaches_per_s", p.reattaches_per_s);
  table.number<std::uint32_t>("reattaches_per_source_per_s", p.reattaches_per_source_per_s);
  table.number<std::uint32_t>("notices_per_s", p.notices_per_s);
  table.number<std::uint32_t>("probes_per_s", p.probes_per_s);
  table.number<std::uint32_t>("rekeys_per_s", p.rekeys_per_s);
  table.number<std::uint32_t>("heartbeats_per_s", p.heartbeats_per_s);
  table.number<std::uint32_t>("hold_packets_total", p.hold_packets_total);
  table.number<std::uint32_t>("tombstones", p.tombstones);
  table.number<std::uint32_t>("wishes", p.wishes);
}

void read_meter(ConfigTable& table, const std::string& way, MeterPolicy& p) {
  const auto rate = [&](const std::string& key, std::uint64_t& bps) {
    auto wide = static_cast<std::int64_t>(bps);
    table.number<std::int64_t>(way + key, wide, 0);
    bps = static_cast<std::uint64_t>(wide);
  };
  rate("_committed_bps", p.committed_bps);
  rate("_peak_bps", p.peak_bps);
  table.number<std::uint32_t>(way + "_committed_burst_bytes", p.committed_burst_bytes);
  table.number<std::uint32_t>(way + "_peak_burst_bytes", p.peak_burst_bytes);
}

void read_meters(ConfigTable table, MetersPolicy& p) {
  read_meter(table, "up", p.up);
  read_meter(table, "down", p.down);
}

}  // namespace

void read_policy(ConfigFile& file, ConfigTable root, Policy& policy) {
  ConfigTable table = root.table("policy");
  table.text("version", policy.version);
  table.choice<PolicyApply>("apply", policy.apply,
                            {{"strict", PolicyApply::strict}, {"grace", PolicyApply::grace}});
  read_session(table.table("session"), policy.session);
  read_volatility(table.table("volatility"), policy.volatility);
  read_switching(table.table("switching"), policy.switching);
  read_transport(table.table("transport"), policy.transport);
  read_security(table.table("security"), policy.security);
  read_limits(table.table("limits"), policy.limits);
  read_meters(table.table("meters"), policy.meters);
  if (auto good = validate(policy); !good) {
    const std::string& what = good.error().what;  // begins with the dotted key
    file.refuse_at(std::string_view(what).substr(0, what.find(' ')), what);
  }
}

}  // namespace jvpn
