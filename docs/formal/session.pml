// SPDX-License-Identifier: Apache-2.0
// A session's life: every event of the one table in every order, with a store that commits binds
// and ends, refuses them or keeps them waiting, and time that goes on between.
//
//   core      one thread, as in the product: each step of the loop below is atomic
//   ledger    an auditor who knows only what was said: previous state, new state, version
//   ghosts    what an outsider measures: stay in RECOVERING, time without a binding
//
// The steps of a bind are those of control/bind.cc: they depend on the state that it finds.
#define WINDOW 2  // ticks that a stay in RECOVERING may last
#define TTL 4     // ticks that a session may be without a binding
#define TURNS 8   // sequence numbers count modulo this
#define EPOCHS 4  // owner epochs count modulo this

#define NOWHERE 255
#define NOTHING 255
#define BINDING_kept 0
#define BINDING_made 1
#define BINDING_lost 2
#define TAKE(next_state, next_effect) to = next_state; effect = next_effect
#define UNDEFINED() to = NOWHERE  // counted by the product; nothing changes
#include "transitions.pml"

byte state = S_BIRTH;
byte bindings = 0;
byte sequence = 0;
byte epoch = 1;
byte stay = 0;   // ticks since RECOVERING was entered under this owner
byte alone = 0;  // ticks since the binding was lost

bool pending = false;  // a bind was asked of the store
bool waited = false;   // ... a tick ago
byte promised;         // the sequence at which the bind was asked to end
bool closing = false;  // an end was asked of the store: nothing is accepted or sent any more
byte last_event;       // what TERMINATED will be said with
bool end_stored = false;

byte told_state = S_BIRTH;
byte told_sequence = 0;
byte told_epoch = 1;
byte ghost_stay = 0;
byte ghost_alone = 0;

inline audit(previous) {
  assert(told_state != S_TERMINATED);  // absorbing
  assert(previous == told_state);      // no gap
  assert((epoch == told_epoch && sequence == (told_sequence + 1) % TURNS) ||
         (epoch == (told_epoch + 1) % EPOCHS && sequence == 1));  // one version a transition
  assert(state != S_TERMINATED || end_stored);                    // said after it was stored
  told_state = state;
  told_sequence = sequence;
  told_epoch = epoch
}

// What control/advance.cc does: state, version, one event.
inline take() {
  before = state;
  state = to;
  sequence = (sequence + 1) % TURNS;
  if
  :: to == S_RECOVERING -> stay = 0; ghost_stay = 0
  :: else
  fi;
#ifdef MUTANT_TTL_RENEWED
  alone = 0;
#endif
  if
  :: effect == BINDING_made ->
#ifdef MUTANT_OLD_PATH_STAYS
    bindings++;
#else
    bindings = 1;
#endif
    ghost_alone = 0;
    alone = 0
  :: effect == BINDING_lost -> bindings = 0
  :: else
  fi;
  audit(before);
  before = 0
}

inline check() {
  assert(state != S_ATTACHED || bindings == 1);
  assert(state != S_VOLATILE || bindings == 1);
  assert((state != S_BIRTH && state != S_TERMINATED) || bindings == 0);
  assert(bindings <= 1);
  assert(ghost_stay <= WINDOW + 1);  // the last one: the store's answer may come a tick late
  assert(ghost_alone <= TTL + 1)
}

#define LIVE (state != S_BIRTH && state != S_TERMINATED)
#define IDLE (LIVE && !pending && !closing)
#define MAY_ANSWER (pending && !closing && LIVE)
#define WINDOW_DUE (state == S_RECOVERING && stay >= WINDOW)
#define TTL_DUE (bindings == 0 && alone >= TTL)
#define DUE (WINDOW_DUE || TTL_DUE)
#ifdef MUTANT_MOVES_WHILE_BINDING
#define MAY_MOVE (LIVE && !closing)
#else
#define MAY_MOVE IDLE
#endif
#ifdef MUTANT_ASKS_PAST_DEADLINE
#define MAY_ASK IDLE
#else
#define MAY_ASK (IDLE && !DUE)  // what is due goes first
#endif

// Anything that health, policy, the peer or the operator can bring, defined here or not.
inline observe() {
  if
  :: event = E_confirmed
  :: event = E_loss_high
  :: event = E_drops_in_row
  :: event = E_evidence_late
  :: event = E_latency_high
  :: event = E_in_bounds
  :: event = E_volatile_too_long
  :: event = E_transport_dead
  :: event = E_policy_forces
  :: event = E_retry
  :: event = E_denied
  fi
}

inline begin_end(cause) {
  closing = true;
  last_event = cause;
#ifdef MUTANT_SAID_BEFORE_STORED
  event = cause
#endif
}

// How many transitions a bind takes from here, and the first one (steps_of in control/bind.cc).
#define STEPS (state == S_ATTACHED -> 3 : (state == S_RECOVERING -> 1 : 2))
#define FIRST_STEP                             \
  (state == S_ATTACHED -> E_jump_proven :      \
   (state == S_RECOVERING -> E_reattached :    \
    (bindings == 1 -> E_switch_begins : E_retry)))

inline next_step() {
  if
  :: !committing -> event = NOTHING
  :: committing && event == E_jump_proven -> event = E_switch_begins
  :: committing && (event == E_switch_begins || event == E_retry) -> event = E_reattached
  :: committing && event == E_reattached ->
    assert(sequence == promised);  // nothing moved it between asking and committing
    event = NOTHING;
    committing = false
  fi
}

inline tick() {
  waited = pending;
  if
  :: state == S_RECOVERING && !closing ->
    stay = (stay < WINDOW -> stay + 1 : stay);
    ghost_stay++
  :: else
  fi;
  if
  :: bindings == 0 && !closing ->
    alone = (alone < TTL -> alone + 1 : alone);
    ghost_alone++
  :: else
  fi
}

active proctype core() {
  byte event = NOTHING;
  byte to, effect, before;
  bool committing = false;
end:
  do
  :: atomic {
      if
      :: state == S_BIRTH -> event = E_confirmed
      :: state == S_BIRTH -> end_stored = true; event = E_ended  // the gateway keeps nothing of it

      :: MAY_MOVE -> observe()
      :: IDLE && state == S_RECOVERING && bindings == 1 -> bindings = 0  // that one died as well
      :: IDLE -> begin_end(E_ended)

      // A proven reattach: asked, then committed or refused.
      :: MAY_ASK ->
        pending = true;
        waited = false;
        promised = (sequence + STEPS) % TURNS
      :: MAY_ANSWER -> pending = false; committing = true; event = FIRST_STEP
      :: MAY_ANSWER ->
        pending = false;
#ifdef MUTANT_WINDOW_RENEWED
        stay = 0;
#endif
        event = E_denied

      // An end: asked, then stored and said. A refusal is asked again: nothing changes.
      :: closing -> closing = false; end_stored = true; event = last_event

      // Another owner took it over; what this one had asked is void.
      :: LIVE ->
        pending = false;
        closing = false;
#ifndef MUTANT_EPOCH_KEPT
        epoch = (epoch + 1) % EPOCHS;
#endif
        sequence = 0;
        event = E_owner_acquired

      // Deadlines, the most important first.
      :: IDLE && TTL_DUE -> begin_end(E_ended)
      :: IDLE && !TTL_DUE && WINDOW_DUE -> event = E_recovery_deadline
      :: IDLE && !TTL_DUE && WINDOW_DUE -> begin_end(E_recovery_deadline_end)
      :: LIVE && (closing || (pending && !waited) || (!pending && !DUE)) -> tick()
#ifdef MUTANT_TERMINATED_REVIVED
      :: pending && !closing -> begin_end(E_ended)
      :: state == S_TERMINATED && pending -> pending = false; to = S_ATTACHED;
        effect = BINDING_made; take()  // a late commit is believed, the table not asked
#endif
      fi;
      do
      :: event != NOTHING ->
        transition(event);
        if
        :: to != NOWHERE -> take()
        :: else
        fi;
        next_step()
      :: else -> break
      od;
      to = 0;
      effect = 0;
      check()
    }
  od
}
