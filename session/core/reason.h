// SPDX-License-Identifier: Apache-2.0
// The one list of reason codes: stable for ever, additive, one primary cause each. The number is
// the code on the wire (REJECT, TERMINATE); the name is what audit, logs, metrics and docs say.
#pragma once

#include <cstdint>
#include <string_view>

namespace jvpn {

#define JVPN_REASONS(X)              \
  X(1, attached_to_transport)        \
  X(2, loss_threshold_exceeded)      \
  X(3, consecutive_drop_exceeded)    \
  X(4, heartbeat_timeout)            \
  X(5, latency_threshold_exceeded)   \
  X(6, peer_transport_changed)       \
  X(7, health_recovered)             \
  X(8, volatile_persisted)           \
  X(9, dead_transport_recovery)      \
  X(10, loss_recovery)               \
  X(11, policy_forced_recovery)      \
  X(12, recovery_retry)              \
  X(13, reattach_success)            \
  X(14, recovery_window_exceeded)    \
  X(15, owner_acquired)              \
  X(16, session_lifetime_exceeded)   \
  X(17, transport_ttl_exceeded)      \
  X(18, operator_terminated)         \
  X(19, peer_terminated)             \
  X(20, policy_terminated)           \
  X(21, security_failure)            \
  X(22, ownership_conflict)          \
  X(23, invariant_violation)         \
  X(24, superseded)                  \
  X(25, unknown_session)             \
  X(26, handshake_rejected)          \
  X(27, invalid_state_for_reattach)  \
  X(28, session_expired)             \
  X(29, bad_proof)                   \
  X(30, replay_detected)             \
  X(31, stale_request)               \
  X(32, stale_state_version)         \
  X(33, state_rolled_back)           \
  X(34, invalid_transport_candidate) \
  X(35, no_valid_candidate)          \
  X(36, switch_rate_limited)         \
  X(37, cooldown_active)             \
  X(38, policy_denied)               \
  X(39, atomicity_failed)            \
  X(40, rate_limited)                \
  X(41, nat_rebind_detected)         \
  X(42, unbound_transport)           \
  X(43, late_unbound)                \
  X(44, hold_full)                   \
  X(45, path_not_validated)          \
  X(46, path_race_suspected)         \
  X(47, owner_elsewhere)             \
  X(48, store_unavailable)           \
  X(49, key_expired)                 \
  X(50, admission_deferred)          \
  X(51, node_draining)

enum class Reason : std::uint16_t {
  none = 0,
#define X(number, name) name = number,
  JVPN_REASONS(X)
#undef X
};

/// The stable name; "none" for 0; "unknown_reason" for a number of a newer peer.
std::string_view to_string(Reason reason);

}  // namespace jvpn
