# SPDX-License-Identifier: Apache-2.0
"""The 101 bytes of policy that a client is given: docs/PROTOCOL.md, section 9.1."""

from layout import FLAG, U4, U8, Layout
from primitives import Refused

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

LARGEST = 0xFFFFFFFF
DAY_MS = 86_400_000
RANGES = {
    "heartbeat_interval_ms": (100, 60_000), "loss_volatile_threshold_ppm": (1, 1_000_000),
    "switch_improvement_factor_ppm": (1_000_000, 1_000_000_000), "loss_window_ms": (1, LARGEST),
    "max_consecutive_drops": (1, LARGEST), "stability_window_ms": (1, LARGEST),
    "volatile_to_degraded_ms": (1, LARGEST), "recovery_window_ms": (1, LARGEST),
    "max_lifetime_ms": (1, LARGEST), "hold_packets": (0, 1024), "hold_ms": (1, 60_000),
    "max_candidate_count": (1, 16), "candidate_max_age_ms": (1, 10_000),
    "transport_lost_ttl_ms": (1000, DAY_MS), "rekey_after_ms": (1000, DAY_MS),
    "replay_window_packets": (64, 8192), "rekey_after_blocks": (1 << 16, 1 << 35)}


def read_policy(data):
    """The policy's values, each within its range."""
    policy = POLICY.unpack(data)
    for name, (low, high) in RANGES.items():
        if not low <= policy[name] <= high:
            raise Refused(f"{name} is {policy[name]}, not {low} to {high}")
    if not policy["heartbeat_interval_ms"] < policy["heartbeat_volatile_ms"] \
            <= policy["transport_dead_ms"]:
        raise Refused("interval, volatile and dead are not in this order")
    return policy
