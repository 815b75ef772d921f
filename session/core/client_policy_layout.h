// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/core/client_policy.h"

namespace jvpn {

/// The fields of a ClientPolicy in wire order, for writing and reading. `field` is a FieldWriter
/// with a const policy or a FieldReader with a mutable one.
void visit_policy(auto& policy, auto&& field) {
  auto& v = policy.volatility;
  field(v.heartbeat_interval, v.heartbeat_volatile, v.transport_dead, v.loss_window,
        v.loss_volatile_threshold, v.max_consecutive_drops, v.latency_volatile_threshold,
        v.stability_window, v.volatile_to_degraded);
  auto& s = policy.switching;
  field(s.max_switches_per_min, s.max_nat_rebinds_per_min, s.switch_cooldown, s.recovery_window,
        s.switch_improvement_factor, s.on_recovery_timeout, s.drain, s.hold_packets, s.hold);
  auto& t = policy.transport;
  field(t.max_candidate_count, t.candidate_max_age);
  field(policy.max_lifetime, policy.transport_lost_ttl, policy.replay_window_packets,
        policy.rekey_after, policy.rekey_after_blocks);
}

/// Its size on the wire: 23 fields of 32 bits, one of 8, one of 64.
inline constexpr std::size_t kClientPolicySize = 23 * 4 + 1 + 8;

}  // namespace jvpn
