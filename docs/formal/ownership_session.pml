// SPDX-License-Identifier: Apache-2.0
// Part of ownership.pml: how a session's value changes, and how a change without answer is settled.

inline send_take() {
  ME.kind = TAKE;
  ME.heir = me;
  ME.from = session;  // as read
#ifdef MUTANT_EPOCH_KEPT
  ME.to = VALUE(EPOCH(session), VERSION(session) + 1, 0);
#else
  ME.to = VALUE(EPOCH(session) + 1, 0, 0);
#endif
  ME.change = FLYING
}

inline send_change(version) {
  ME.kind = CHANGE;
  ME.heir = me;
  ME.from = ME.value;
  ME.to = VALUE(EPOCH(ME.value), version, 0);
  if
  :: version == ENDED ->
    ME.owns = false;  // closing: nothing is accepted or sent any more
#ifdef MUTANT_END_SAID_EARLY
    said_ended = true;
    ME.owns = true;
#endif
  :: else
  fi;
  ME.change = FLYING
}

// Stop first, then give: from here on nothing is accepted or sent.
inline send_give() {
  ME.kind = GIVE;
  ME.heir = NEXT;
  ME.from = ME.value;
  ME.to = VALUE(EPOCH(ME.value) + 1, 0, 0);
#ifndef MUTANT_GIVES_WHILE_SERVING
  ME.owns = false;
#endif
  ME.change = FLYING
}

// It reads in the store that it is the owner now.
inline receive_gift() {
  ME.owns = true;
  ME.has_fenced = false;
  ME.value = session
}

#ifdef MUTANT_NO_NODE_COMPARE
#define SESSION_HOLDS(expected) (session == expected)
#else
#define SESSION_HOLDS(expected) (session == expected && LIFE_HOLDS)
#endif

inline store_change() {
  if
  :: SESSION_HOLDS(ME.from) -> write_session(ME.to, ME.heir); ME.change = APPLIED
  :: else -> ME.change = REFUSED
  fi
}

inline store_straggler() {
  if
  :: SESSION_HOLDS(ME.straggler_from) -> write_session(ME.straggler_to, ME.straggler_heir)
  :: else
  fi;
  ME.straggler = false;
  ME.straggler_from = 0;
  ME.straggler_to = 0;
  ME.straggler_heir = 0
}

inline leave_straggler() {
  if
  :: ME.change == FLYING ->
    ME.straggler = true;
    ME.straggler_from = ME.from;
    ME.straggler_to = ME.to;
    ME.straggler_heir = ME.heir
  :: else
  fi
}

// No answer came in time. It may have been applied, or still be: nothing is said until settled.
inline settle() {
  leave_straggler();
#ifdef MUTANT_AMBIGUOUS_IS_SUCCESS
  assert(session == ME.to || EPOCH(session) > EPOCH(ME.to));  // what is said is so
  ME.value = ME.to;
  ME.change = IDLE
#else
#ifdef MUTANT_SETTLED_BY_READING
  said_refused = (session == ME.from -> ME.to : said_refused);
  ME.value = session;
  ME.change = IDLE
#else
  ME.kind = SETTLE;
  ME.to = ME.to | 1;
  ME.change = FLYING
#endif
#endif
}

inline change_answered() {
  if
  :: ME.change == APPLIED && ME.kind == TAKE ->
    ME.owns = true;
    ME.has_fenced = false;
    ME.value = ME.to
  :: ME.change == APPLIED && ME.kind == CHANGE -> ME.value = ME.to
  :: ME.change == APPLIED && ME.kind == GIVE -> ME.value = ME.to; ME.owns = false
  :: ME.change == APPLIED && ME.kind == SETTLE ->
    ME.value = ME.to;
    said_refused = ME.to & 254  // this one is, so the first one never will be
  :: ME.change == REFUSED && ME.kind == SETTLE && session == (ME.to & 254) ->
    ME.value = session  // the first one was
  :: ME.change == REFUSED && ME.kind == SETTLE && session != (ME.to & 254) -> ME.owns = false
  :: ME.change == REFUSED && (ME.kind == CHANGE || ME.kind == GIVE) ->
    ME.owns = false  // somebody else's by now
  :: ME.change == REFUSED && ME.kind == TAKE
  fi;
  if
  :: VERSION(session) == ENDED && session == ME.value -> said_ended = true
  :: else
  fi;
  ME.change = IDLE;
  ME.from = 0;
  ME.to = 0;
  ME.kind = 0;
  ME.heir = 0
}
