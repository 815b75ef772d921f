// SPDX-License-Identifier: Apache-2.0
// Who serves a session, when nodes pause, die and come back, and the store answers late or never.
//
//   node     renews its record; serves until (time of SENDING the last successful renewal) + TTL;
//            binds and ends its session; takes over a session whose owner has fallen silent
//   store    compare-and-set on whole values, several at once; nothing else is relied upon
//   taker    watches a renewal stay unchanged for WAIT on its own clock, fences the node by
//            comparing the whole value that it watched, then takes the session under a new epoch
//
// Each step of a node, of the store and of time is atomic; they interleave in every way. A node
// that takes no step is paused, or dead: nobody can tell. A message that the store never takes is
// lost, one that it takes later is late. Values are never written twice, so a duplicate of a
// request that was applied is refused like any other.
#ifndef NODES
#define NODES 2
#endif
#define TTL 2
#ifdef MUTANT_SHORT_WAIT
#define WAIT (TTL - 1)
#else
#define WAIT (TTL + 1)
#endif
#ifndef RENEWALS
#define RENEWALS 2  // of each incarnation
#endif
#ifndef EPOCHS
#define EPOCHS 3  // so many owners
#endif
#ifndef BINDS
#define BINDS 1  // in each epoch
#endif
#ifndef ENDS
#define ENDS 1  // whether the owner may end the session
#endif
#ifndef RESTARTS
#define RESTARTS 1  // whether a node may come back
#endif
#ifndef GIVES
#define GIVES 1  // whether the owner may hand it over to the other, who wished for it
#endif
#define UNSET 255

// A session's value: epoch, version in it (ENDED is the last), attempt.
#define ENDED 3
#define VALUE(epoch, version, attempt) (((epoch) << 3) | ((version) << 1) | (attempt))
#define EPOCH(value) ((value) >> 3)
#define VERSION(value) (((value) >> 1) & 3)
#define ATTEMPT(value) ((value) & 1)

#define IDLE 0      // a request: not there,
#define FLYING 1    // on its way to the store,
#define APPLIED 2   // the answer on its way back
#define REFUSED 3

#define TAKE 0
#define CHANGE 1  // bind, or end
#define GIVE 2
#define SETTLE 3  // the same again under a new attempt, since the first one's answer is missing

typedef Node {
  // in the store
  bit incarnation;
  bool fenced;
  unsigned renewal : 3;
  // its memory
  bit own_incarnation;
  unsigned known_renewal : 3;
  unsigned next_renewal : 3;
  unsigned left : 2;  // ticks until its serving deadline
  bool owns;
  byte value;         // of the session, as it knows it
#ifdef MUTANT_DEADLINE_BY_TIMER
  bool timer_left;
#endif
  // its watch over the owner
  unsigned target : 2;
  byte watched;
  unsigned watched_for : 2;
  bool has_fenced;
  bit fenced_incarnation;
  // requests on their way
  unsigned renew : 2;
  unsigned renew_age : 2;  // ticks since it was sent
  bool fencing;
  unsigned change : 2;
  unsigned kind : 2;
  unsigned heir : 2;  // who is to be the owner
  byte from, to;
  // the first attempt of what it now settles; the store may still take it
  bool straggler;
  byte straggler_from, straggler_to;
  unsigned straggler_heir : 2;
}
Node node[NODES];

byte session = VALUE(1, 0, 0);
unsigned owner : 2 = 0;  // named in the session's value
bit owner_incarnation = 0;
byte served_epoch = 1;
bool said_ended = false;
byte said_refused = UNSET;  // the last value of which a client was told that it is not so

#define ME node[me]
#define NEXT ((me + 1) % NODES)
#define FORMER ((me + NODES - 1) % NODES)  // with two nodes, the same as NEXT
#define TARGET node[ME.target]
#define RECORD(n) ((node[n].incarnation << 3) | node[n].renewal)
#define LIFE_HOLDS (!ME.fenced && ME.own_incarnation == ME.incarnation)
#ifdef MUTANT_DEADLINE_BY_TIMER
#define MAY_SERVE(n) (node[n].owns && node[n].timer_left)
#else
#define MAY_SERVE(n) (node[n].owns && node[n].left > 0)
#endif

inline write_session(value, heir_of_it) {
  assert(LIFE_HOLDS);                  // no commit by a fenced node
  assert(VERSION(session) != ENDED);   // nothing follows the end
  assert(heir_of_it == owner || EPOCH(value) > EPOCH(session));
  assert(value != said_refused);       // what was said holds
  session = value;
  owner = heir_of_it;
  owner_incarnation = node[owner].incarnation  // compared in the same transaction
}

inline serve() {
  assert(!MAY_SERVE(NEXT) && !MAY_SERVE(FORMER));
  assert(EPOCH(ME.value) >= served_epoch);
  assert(!said_ended);
  served_epoch = EPOCH(ME.value)
}

#include "ownership_lease.pml"
#include "ownership_session.pml"

#ifdef MUTANT_INCARNATION_IGNORED
#define OWNER_IS_FENCED (owner == ME.target)
#else
#define OWNER_IS_FENCED (owner == ME.target && owner_incarnation == ME.fenced_incarnation)
#endif
#define MINE_BEFORE (owner == me && owner_incarnation != ME.own_incarnation)
#define MAY_TAKE ((ME.has_fenced && OWNER_IS_FENCED) || MINE_BEFORE)
// Who neither serves nor is about to has no use for a deadline.
#define WANTS_DEADLINE (ME.owns || ME.has_fenced || MINE_BEFORE)
#define GIVEN_TO_ME                                                    \
  (owner == me && owner_incarnation == ME.own_incarnation && LIFE_HOLDS && \
   EPOCH(session) > EPOCH(ME.value))
#define OWNS_WELL                                                            \
  (ME.owns && ME.left > 0 && VERSION(ME.value) != ENDED && ME.change == IDLE && \
   !ME.straggler)
#define MAY_WATCH \
  (owner != me && !ME.owns && ME.change == IDLE && ME.watched == UNSET && !ME.has_fenced)

proctype Run(byte me) {
end:
  do
  :: atomic { MAY_SERVE(me) -> serve() }
#ifdef MUTANT_DEADLINE_BY_TIMER
  :: atomic { ME.left == 0 && ME.timer_left -> ME.timer_left = false }  // when it gets a turn
#endif

  :: atomic { WANTS_DEADLINE && ME.renew == IDLE && ME.next_renewal < RENEWALS -> send_renewal() }
  :: atomic { ME.renew == FLYING -> store_renewal() }
  :: atomic { ME.renew == APPLIED || ME.renew == REFUSED -> renewal_answered() }
  :: atomic { ME.renew == APPLIED -> ME.renew = IDLE; ME.renew_age = 0 }  // the answer is lost

  :: atomic { MAY_WATCH -> begin_watch() }
  :: atomic {
      ME.watched != UNSET && !ME.fencing && RECORD(ME.target) != ME.watched -> begin_watch()
    }
  :: atomic { ME.watched_for == WAIT && !ME.fencing -> ME.fencing = true }
  :: atomic { ME.fencing -> store_fence() }

  :: atomic {
      MAY_TAKE && ME.change == IDLE && VERSION(session) != ENDED && EPOCH(session) < EPOCHS ->
      send_take()
    }
#if BINDS
  :: atomic { OWNS_WELL && VERSION(ME.value) < BINDS -> send_change(VERSION(ME.value) + 1) }
#endif
#if ENDS
  :: atomic { OWNS_WELL -> send_change(ENDED) }
#endif
#if GIVES
  :: atomic { OWNS_WELL && EPOCH(ME.value) < EPOCHS -> send_give() }
#endif
  :: atomic { GIVEN_TO_ME && !ME.owns && ME.change == IDLE -> receive_gift() }
  :: atomic { ME.change == FLYING -> store_change() }
  :: atomic { ME.change >= APPLIED -> change_answered() }
  // Patience with an unanswered change is over.
  :: atomic { ME.change != IDLE && (ME.kind == CHANGE || ME.kind == GIVE) -> settle() }
  :: atomic { ME.straggler -> store_straggler() }

#if RESTARTS
  :: atomic { ME.incarnation == 0 && ME.change == IDLE && !ME.straggler -> come_back() }
#endif
  od
}

inline pass(n) {
  if
  :: node[n].left > 0 -> node[n].left--
  :: else
  fi;
  if
  :: node[n].renew != IDLE && node[n].renew_age < TTL -> node[n].renew_age++
  :: else
  fi;
  if
  :: node[n].watched != UNSET && node[n].watched_for < WAIT -> node[n].watched_for++
  :: else
  fi
}

proctype Time() {
end:
  do
  :: atomic {
      pass(0);
      pass(1);
#if NODES > 2
      pass(2)
#endif
    }
  od
}

init {
  atomic {
    node[0].owns = true;
    node[0].value = session;
    node[0].watched = UNSET;
    node[1].watched = UNSET;
#if NODES > 2
    node[2].watched = UNSET;
    run Run(2);
#endif
    run Time();
    run Run(0);
    run Run(1)
  }
}
