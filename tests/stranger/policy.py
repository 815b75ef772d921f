# SPDX-License-Identifier: Apache-2.0
"""The 101 bytes of policy that a client is given: docs/PROTOCOL.md, section 9.1."""

from layout import FLAG, U4, U8, Layout

POLICY = Layout(
    ("heartbeat_interval_ms", U4), ("heartbeat_volatile_ms", U4), ("transport_dead_ms", U4),
    ("loss_window_ms", U4), ("loss_volatile_threshold_ppm", U4), ("max_consecutive_drops", U4),
    ("latency_volatile_threshold_ms", U4), ("stability_window_ms", U4),
    ("volatile_to_degraded_ms", U4), ("max_switches_per_min", U4),
    ("max_nat_rebinds_per_min", U4), ("switch_cooldown_ms", U4), ("recovery_window_ms", U4),
    ("switch_improvement_factor_ppm", U4), ("terminate_on_recovery_timeout", FLAG),
    ("drain_ms", U4), ("hold_packets", U4), ("hold_ms", U4), ("max_candidate_count", U4),
    ("candidate_max_age_ms", U4), ("max_lifetime_ms", U4), ("transport_lost_ttl_ms", U4),
    ("replay_window_packets", U4), ("rekey_after_ms", U4), ("rekey_after_blocks", U8))

assert POLICY.size == 101
