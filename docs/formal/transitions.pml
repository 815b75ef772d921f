// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from session/core/transitions.toml. Not to be edited.
//
// The including model has `state` and `bindings`, and defines TAKE(to, effect) and UNDEFINED().

#define S_BIRTH      0
#define S_ATTACHED   1
#define S_VOLATILE   2
#define S_DEGRADED   3
#define S_RECOVERING 4
#define S_TERMINATED 5

#define E_confirmed             0
#define E_loss_high             1
#define E_drops_in_row          2
#define E_evidence_late         3
#define E_latency_high          4
#define E_jump_proven           5
#define E_in_bounds             6
#define E_volatile_too_long     7
#define E_transport_dead        8
#define E_switch_begins         9
#define E_policy_forces         10
#define E_retry                 11
#define E_reattached            12
#define E_denied                13
#define E_recovery_deadline     14
#define E_recovery_deadline_end 15
#define E_owner_acquired        16
#define E_ended                 17
#define EVENTS 18

inline transition(event) {
  if
  :: (state == S_BIRTH && event == E_confirmed) ->
    TAKE(S_ATTACHED, BINDING_made)
  :: (state == S_ATTACHED && event == E_loss_high) ->
    TAKE(S_VOLATILE, BINDING_kept)
  :: (state == S_ATTACHED && event == E_drops_in_row) ->
    TAKE(S_VOLATILE, BINDING_kept)
  :: (state == S_ATTACHED && event == E_evidence_late) ->
    TAKE(S_VOLATILE, BINDING_kept)
  :: (state == S_ATTACHED && event == E_latency_high) ->
    TAKE(S_VOLATILE, BINDING_kept)
  :: (state == S_ATTACHED && event == E_jump_proven) ->
    TAKE(S_VOLATILE, BINDING_kept)
  :: (state == S_VOLATILE && event == E_in_bounds && bindings == 1) ->
    TAKE(S_ATTACHED, BINDING_kept)
  :: (state == S_DEGRADED && event == E_in_bounds && bindings == 1) ->
    TAKE(S_ATTACHED, BINDING_kept)
  :: (state == S_VOLATILE && event == E_volatile_too_long) ->
    TAKE(S_DEGRADED, BINDING_kept)
  :: (state == S_VOLATILE && event == E_transport_dead && bindings == 1) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_DEGRADED && event == E_transport_dead && bindings == 1) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_VOLATILE && event == E_switch_begins && bindings == 1) ->
    TAKE(S_RECOVERING, BINDING_kept)
  :: (state == S_DEGRADED && event == E_switch_begins && bindings == 1) ->
    TAKE(S_RECOVERING, BINDING_kept)
  :: (state == S_VOLATILE && event == E_policy_forces) ->
    TAKE(S_RECOVERING, BINDING_kept)
  :: (state == S_DEGRADED && event == E_policy_forces) ->
    TAKE(S_RECOVERING, BINDING_kept)
  :: (state == S_DEGRADED && event == E_retry && bindings == 0) ->
    TAKE(S_RECOVERING, BINDING_kept)
  :: (state == S_RECOVERING && event == E_reattached) ->
    TAKE(S_ATTACHED, BINDING_made)
  :: (state == S_RECOVERING && event == E_denied && bindings == 0) ->
    TAKE(S_DEGRADED, BINDING_kept)
  :: (state == S_RECOVERING && event == E_recovery_deadline) ->
    TAKE(S_DEGRADED, BINDING_kept)
  :: (state == S_RECOVERING && event == E_recovery_deadline_end) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: (state == S_ATTACHED && event == E_owner_acquired) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_VOLATILE && event == E_owner_acquired) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_DEGRADED && event == E_owner_acquired) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_RECOVERING && event == E_owner_acquired) ->
    TAKE(S_RECOVERING, BINDING_lost)
  :: (state == S_BIRTH && event == E_ended) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: (state == S_ATTACHED && event == E_ended) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: (state == S_VOLATILE && event == E_ended) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: (state == S_DEGRADED && event == E_ended) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: (state == S_RECOVERING && event == E_ended) ->
    TAKE(S_TERMINATED, BINDING_lost)
  :: else -> UNDEFINED()
  fi
}
