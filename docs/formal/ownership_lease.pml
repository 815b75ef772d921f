// SPDX-License-Identifier: Apache-2.0
// Part of ownership.pml: a node's record, its renewal, and its fencing by another node.

inline send_renewal() {
  ME.next_renewal++;
  ME.renew = FLYING;
  ME.renew_age = 0
}

#ifdef MUTANT_RENEWAL_WITHOUT_LIFE
#define RENEWAL_HOLDS (ME.renewal == ME.known_renewal)
#else
#define RENEWAL_HOLDS (ME.renewal == ME.known_renewal && LIFE_HOLDS)
#endif

inline store_renewal() {
  if
  :: RENEWAL_HOLDS -> ME.renewal = ME.next_renewal; ME.renew = APPLIED
  :: else -> ME.renew = REFUSED
  fi
}

inline renewal_answered() {
  if
  :: ME.renew == APPLIED ->
    ME.known_renewal = ME.next_renewal;
#ifdef MUTANT_DEADLINE_FROM_ANSWER
    ME.left = TTL;
#else
    ME.left = (TTL - ME.renew_age > ME.left -> TTL - ME.renew_age : ME.left);
#endif
#ifdef MUTANT_DEADLINE_BY_TIMER
    ME.timer_left = (ME.left > 0)
#endif
  :: ME.renew == REFUSED -> ME.known_renewal = ME.renewal  // told; it is its own, or it is fenced
  fi;
  ME.renew = IDLE;
  ME.renew_age = 0
}

inline begin_watch() {
  ME.target = owner;
  ME.watched = RECORD(ME.target);
  ME.watched_for = 0
}

#ifdef MUTANT_READ_INSTEAD_OF_CAS
#define FENCE_HOLDS true  // it was unchanged when last read
#else
#define FENCE_HOLDS (RECORD(ME.target) == ME.watched && LIFE_HOLDS)
#endif

inline store_fence() {
  if
  :: FENCE_HOLDS ->
    TARGET.fenced = true;
    ME.has_fenced = true;
    ME.fenced_incarnation = TARGET.incarnation
  :: else  // it lives: watch again
  fi;
  ME.fencing = false;
  ME.watched = UNSET;
  ME.watched_for = 0
}

// A node that was fenced, or had crashed, comes back as a new incarnation without memory.
inline come_back() {
  ME.incarnation = 1;
  ME.fenced = false;
  ME.own_incarnation = 1;
  ME.renewal = 0;
  ME.next_renewal = 0;
  ME.known_renewal = 0;
  ME.left = 0;
#ifdef MUTANT_DEADLINE_BY_TIMER
  ME.timer_left = false;
#endif
  ME.owns = false;
  ME.value = 0;
  ME.target = 0;
  ME.watched = UNSET;
  ME.watched_for = 0;
  ME.has_fenced = false;
  ME.fencing = false;
  ME.renew = IDLE;
  ME.renew_age = 0
}
