// SPDX-License-Identifier: Apache-2.0
// The one list of reason codes: stable for ever, additive, one primary cause each. The number is
// the code on the wire (REJECT, TERMINATE); the name is what audit, logs, metrics and docs say.
// docs/SESSION.md shows it as a table (scripts/generate_tables.py).
#pragma once

#include <cstdint>
#include <string_view>

namespace jvpn {

#define JVPN_REASONS(X)                                                                     \
  X(1, attached_to_transport,                                                               \
    "the handshake is confirmed, the session is bound for the first time")                  \
  X(2, loss_threshold_exceeded, "loss over the window is above the threshold")              \
  X(3, consecutive_drop_exceeded, "too many heartbeats in a row were not answered")         \
  X(4, heartbeat_timeout, "no fresh evidence from the bound path for the limit")            \
  X(5, latency_threshold_exceeded, "p95 latency is above the limit")                        \
  X(6, peer_transport_changed, "a jump was proven while the old path still looked healthy") \
  X(7, health_recovered, "the bound path stayed in bounds for the stability window")        \
  X(8, volatile_persisted, "instability lasted too long")                                   \
  X(9, dead_transport_recovery, "the bound path is dead, another one is sought")            \
  X(10, loss_recovery, "a proven switch away from an unstable path")                        \
  X(11, policy_forced_recovery, "policy wants another transport")                           \
  X(12, recovery_retry, "a session without transport tries again")                          \
  X(13, reattach_success, "the reattach is proven and committed")                           \
  X(14, recovery_window_exceeded, "no reattach succeeded within the recovery window")       \
  X(15, owner_acquired, "another node, or this one restarted, became the owner")            \
  X(16, session_lifetime_exceeded, "the session is as old as policy allows")                \
  X(17, transport_ttl_exceeded,                                                             \
    "the session was without a transport for as long as policy allows")                     \
  X(18, operator_terminated, "the operator ended the session")                              \
  X(19, peer_terminated, "the peer ended the session")                                      \
  X(20, policy_terminated, "a changed policy no longer allows the session")                 \
  X(21, security_failure,                                                                   \
    "too many sealed, fresh, malformed messages, or a breach that ends trust")              \
  X(22, ownership_conflict, "it cannot be settled who owns the session")                    \
  X(23, invariant_violation, "the node found itself in a state that must not be")           \
  X(24, superseded, "a newer confirmed session of the same peer took its place")            \
  X(25, unknown_session, "the gateway knows no such session")                               \
  X(26, handshake_rejected, "the handshake cannot be granted")                              \
  X(27, invalid_state_for_reattach, "the session's state allows no reattach")               \
  X(28, session_expired, "a lifetime or TTL passed, the end is being committed")            \
  X(29, bad_proof, "the token was not made for this source, number and time")               \
  X(30, replay_detected, "a message that was seen before")                                  \
  X(31, stale_request, "a newer request has voided this one")                               \
  X(32, stale_state_version,                                                                \
    "the request was made under an older binding; current values come along")               \
  X(33, state_rolled_back, "the gateway's owner epoch is older than the client knows")      \
  X(34, invalid_transport_candidate, "the source is no address that can be bound")          \
  X(35, no_valid_candidate, "no path is left that policy allows")                           \
  X(36, switch_rate_limited, "as many switches in the last minute as policy allows")        \
  X(37, cooldown_active, "too soon after the last switch")                                  \
  X(38, policy_denied, "policy does not allow it")                                          \
  X(39, atomicity_failed, "the store refused the commit, nothing has changed")              \
  X(40, rate_limited, "more often than the limit allows")                                   \
  X(41, nat_rebind_detected, "the same access path came from a new source")                 \
  X(42, unbound_transport, "data from a source that is not bound")                          \
  X(43, late_unbound, "data from an unbound source that is not the newest")                 \
  X(44, hold_full, "no room to hold the packet until there is a binding")                   \
  X(45, path_not_validated, "the token was sent to another source: challenged again")       \
  X(46, path_race_suspected, "a copy outran its original, the switch is taken back")        \
  X(47, owner_elsewhere, "another node owns the session and is alive")                      \
  X(48, store_unavailable, "the ownership store does not answer")                           \
  X(49, key_expired, "the key epoch is not, or no longer, in use")                          \
  X(50, admission_deferred,                                                                 \
    "not now: load, or a takeover that must wait; try after the time told")                 \
  X(51, node_draining, "this node takes nothing new")

enum class Reason : std::uint16_t {
  none = 0,
#define X(number, name, meaning) name = number,
  JVPN_REASONS(X)
#undef X
};

/// The stable name; "none" for 0; "unknown_reason" for a number of a newer peer.
std::string_view to_string(Reason reason);

}  // namespace jvpn
