// SPDX-License-Identifier: Apache-2.0
// A policy as it stands in the configuration: the same tables, keys and units.
#include "apps/gateway/api_json.h"

namespace jvpn {

using nlohmann::json;

namespace {

json session_json(const SessionPolicy& p) {
  return {{"max_lifetime_ms", to_ms(p.max_lifetime)},
          {"transport_lost_ttl_ms", to_ms(p.transport_lost_ttl)},
          {"birth_key_ms", to_ms(p.birth_key)},
          {"tombstone_ms", to_ms(p.tombstone)}};
}

json volatility_json(const VolatilityPolicy& p) {
  return {{"heartbeat_interval_ms", to_ms(p.heartbeat_interval)},
          {"heartbeat_volatile_ms", to_ms(p.heartbeat_volatile)},
          {"transport_dead_ms", to_ms(p.transport_dead)},
          {"loss_window_ms", to_ms(p.loss_window)},
          {"loss_volatile_threshold", p.loss_volatile_threshold},
          {"max_consecutive_drops", p.max_consecutive_drops},
          {"latency_volatile_threshold_ms", to_ms(p.latency_volatile_threshold)},
          {"stability_window_ms", to_ms(p.stability_window)},
          {"volatile_to_degraded_ms", to_ms(p.volatile_to_degraded)}};
}

json switching_json(const SwitchingPolicy& p) {
  const bool degrade = p.on_recovery_timeout == OnRecoveryTimeout::degrade;
  return {{"max_switches_per_min", p.max_switches_per_min},
          {"max_nat_rebinds_per_min", p.max_nat_rebinds_per_min},
          {"switch_cooldown_ms", to_ms(p.switch_cooldown)},
          {"recovery_window_ms", to_ms(p.recovery_window)},
          {"switch_improvement_factor", p.switch_improvement_factor},
          {"on_recovery_timeout", degrade ? "degrade" : "terminate"},
          {"drain_ms", to_ms(p.drain)},
          {"hold_packets", p.hold_packets},
          {"hold_ms", to_ms(p.hold)}};
}

json security_json(const SecurityPolicy& p) {
  return {{"challenge_max_age_ms", to_ms(p.challenge_max_age)},
          {"replay_window_packets", p.replay_window_packets},
          {"max_authenticated_failures", p.max_authenticated_failures},
          {"rekey_after_ms", to_ms(p.rekey_after)},
          {"rekey_after_blocks", p.rekey_after_blocks}};
}

json limits_json(const LimitsPolicy& p) {
  return {{"sessions", p.sessions},
          {"sessions_per_prefix", p.sessions_per_prefix},
          {"handshakes_per_s", p.handshakes_per_s},
          {"handshakes_per_source_per_s", p.handshakes_per_source_per_s},
          {"reattaches_per_s", p.reattaches_per_s},
          {"reattaches_per_source_per_s", p.reattaches_per_source_per_s},
          {"notices_per_s", p.notices_per_s},
          {"probes_per_s", p.probes_per_s},
          {"rekeys_per_s", p.rekeys_per_s},
          {"heartbeats_per_s", p.heartbeats_per_s},
          {"hold_packets_total", p.hold_packets_total},
          {"tombstones", p.tombstones},
          {"wishes", p.wishes}};
}

json meters_json(const MetersPolicy& p) {
  json out;
  for (const auto& [way, meter] : {std::pair("up", &p.up), std::pair("down", &p.down)}) {
    const std::string name = way;
    out[name + "_committed_bps"] = meter->committed_bps;
    out[name + "_peak_bps"] = meter->peak_bps;
    out[name + "_committed_burst_bytes"] = meter->committed_burst_bytes;
    out[name + "_peak_burst_bytes"] = meter->peak_burst_bytes;
  }
  return out;
}

}  // namespace

json to_json(const Policy& policy) {
  return {{"version", policy.version},
          {"apply", policy.apply == PolicyApply::strict ? "strict" : "grace"},
          {"session", session_json(policy.session)},
          {"volatility", volatility_json(policy.volatility)},
          {"switching", switching_json(policy.switching)},
          {"transport",
           {{"max_candidate_count", policy.transport.max_candidate_count},
            {"candidate_max_age_ms", to_ms(policy.transport.candidate_max_age)}}},
          {"security", security_json(policy.security)},
          {"limits", limits_json(policy.limits)},
          {"meters", meters_json(policy.meters)}};
}

}  // namespace jvpn
