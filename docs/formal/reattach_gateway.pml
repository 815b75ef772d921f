// SPDX-License-Identifier: Apache-2.0
// Part of reattach.pml: what the gateway makes of a REQUEST or CONFIRM.

inline bind(n, source) {
  assert(n >= ghost_seen);                         // nothing newer of the client is known
  assert(n > last_bound);                          // a replay never changes a binding
  assert(sent[n].kind == CONFIRM);                 // the client made it to prove a path:
  assert(sent[n].token_source == source);          // the one that its token was sent to,
  assert(sent[n].token_age < EXPIRED);             // a moment ago
  assert(sent[n].bound_version == bound_version);  // it replaces the binding that the client knew
  assert(source != barred);
  last_bound = n;
  if
  :: sent[n].token_number == 0 -> watched = bound; watched_left = RACE_WINDOW
  :: else -> watched = NONE; watched_left = 0
  fi;
  bound = source;
  bound_version++;
  remember(n, source);
  acknowledge(n, source)
}

inline answer_again(n, source) {
  if
#ifndef MUTANT_ACK_OUTLIVES_ITS_BINDING
  :: bound_version != decided_version -> reject(n)
#endif
  :: else ->
    if
#ifdef MUTANT_REPEAT_BINDS_AGAIN
    :: true -> bind(n, source)
#else
    :: source == decided_source -> acknowledge(n, source)
    :: else -> challenge(n, source)
#endif
    fi
  fi
}

#ifdef MUTANT_TOKEN_NOT_BOUND_TO_SOURCE
#define TOKEN_IS_FOR(n, source) true
#else
#define TOKEN_IS_FOR(n, source) (sent[n].token_source == source)
#endif
#ifdef MUTANT_TOKEN_NEVER_EXPIRES
#define TOKEN_IS_FRESH(n) true
#else
#define TOKEN_IS_FRESH(n) (sent[n].token_age < EXPIRED)
#endif
#define PATH_ANSWERED(n, source) \
  (sent[n].kind == CONFIRM && TOKEN_IS_FOR(n, source) && TOKEN_IS_FRESH(n))

inline consider(n, source) {
  if
#ifndef MUTANT_NO_COMPARE_AND_SET
  :: sent[n].bound_version != bound_version -> reject(n)
#endif
  :: else ->
    if
    :: PATH_ANSWERED(n, source) && source != bound -> bind(n, source)
    :: PATH_ANSWERED(n, source) && source == bound -> remember(n, source); acknowledge(n, source)
    :: !PATH_ANSWERED(n, source) -> challenge(n, source)
    fi
  fi
}

// The last decision was about this CONFIRM, or about the REQUEST that led to it.
#define IS_DECIDED(n)       \
  (decided_version != 0 &&  \
   (n == decided || (sent[n].kind == REQUEST && n == sent[decided].token_number)))
#ifdef MUTANT_BAR_FORGOTTEN
#define TURNED_AWAY(source) false
#else
#define TURNED_AWAY(source) (source == barred)
#endif
#ifdef MUTANT_NUMBERS_NOT_COMPARED
#define VOIDED(n) false
#define CONSIDERED(n) (!IS_DECIDED(n))
#else
#define VOIDED(n) (n < seen && !IS_DECIDED(n))
#define CONSIDERED(n) (n >= seen && !IS_DECIDED(n))
#endif

inline receive(n, source) {
  if
  :: n > ghost_seen -> ghost_seen = n
  :: else
  fi;
  if
  :: CONSIDERED(n) -> seen = (n > seen -> n : seen); consider(n, source)
  :: IS_DECIDED(n) -> answer_again(n, source)
  :: VOIDED(n)  // by a newer one, or a replay: counted
  fi
}

