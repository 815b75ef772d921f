// SPDX-License-Identifier: Apache-2.0
// Two sides change their traffic keys while data flows and the network loses, repeats and reorders
// everything: what was ever sent may be delivered never, late and often.
//
//   asker      INIT(n+1) -----> answerer stages n+1: opens under n and n+1, seals under n
//              <----- ACK       asker stages n+1 and seals under it at once
//              data under n+1 -> the answerer has opened something under n+1: seals under it too
//   either     keeps n for opening until it has opened something under n+1, and a while longer
//
// Both may ask at once: the gateway's INIT wins. An asker may lose patience and ask again with a
// new INIT, a new number and new ephemeral keys: an answer to the old one is then void. A staged
// key under which nothing was opened yet blocks nobody; whichever rekey completes replaces it.
//
// A key is named by what makes it: its epoch, who asked, and which attempt that was.
#define CLIENT 0
#define GATEWAY 1
#ifndef EPOCHS
#define EPOCHS 2  // rekeys that complete
#endif
#define ATTEMPTS 2  // INITs of each side in each epoch
#define SEALS 1     // packets that each side seals under each key: a second one would repeat
#define KEYS 9
#define NO_KEY 15
#define ANOTHER_KEY 14

#define INIT_NUMBER(epoch, attempt) (((epoch) - 1) * ATTEMPTS + (attempt) + 1)
#define EPOCH_ASKED(number) (((number) + 1) / ATTEMPTS)
#define KEY(asker, number) \
  (1 + (EPOCH_ASKED(number) - 1) * 4 + (asker) * ATTEMPTS + ((number) + 1) % ATTEMPTS)
#define EPOCH(key) (((key) + 3) / 4)

typedef Side {
  unsigned current : 4 = 0;
  unsigned staged : 4 = NO_KEY;
  bool switched;  // seals under the staged key
  bool opened;    // something under the staged key
  bool asking;
  unsigned asked : 3;     // number of its latest INIT
  unsigned answered : 3;  // number of the peer's INIT that it answered last
  unsigned current_counter : 2;
  unsigned staged_counter : 2;
}
Side side[2];

// Ever sent, a bit for each: INITs by asker, ACKs by the asker that they go to, data by sender.
byte inits[2], acks[2];
short data[2];

byte ghost_counter[18];  // the next one that was never used, of each side and key

#define PEER (1 - me)
#define SEALING(s) (side[s].switched -> side[s].staged : side[s].current)
#define OPENS(s, key) (side[s].current == key || side[s].staged == key)
// Nothing stands in the way of a new rekey: no key waits to retire.
#ifdef MUTANT_STAGED_KEY_BLOCKS
#define FREE(s) (side[s].staged == NO_KEY)
#else
#ifdef MUTANT_NOT_RETIRED_YET
#define FREE(s) true
#else
#define FREE(s) (!side[s].switched)
#endif
#endif

inline check() {
  assert(OPENS(GATEWAY, SEALING(CLIENT)));
  assert(OPENS(CLIENT, SEALING(GATEWAY)));
  // Rekeys do not overlap: two epochs at most are sealed under, and they are neighbours.
  assert(EPOCH(SEALING(CLIENT)) <= EPOCH(SEALING(GATEWAY)) + 1);
  assert(EPOCH(SEALING(GATEWAY)) <= EPOCH(SEALING(CLIENT)) + 1);
  assert(!(side[0].switched && side[1].switched) || side[0].staged == side[1].staged);
  // They do not get stuck: while nobody has switched, somebody asks or may ask.
  assert(side[0].switched || side[1].switched || side[0].asking || side[1].asking || FREE(0) ||
         FREE(1))
}

inline stage(key) {
  side[me].staged = key;
  side[me].switched = false;
  side[me].opened = false;
  side[me].staged_counter = 0
}

inline ask() {
  // A new number: the next attempt in this epoch, or the first one in a new epoch.
  if
  :: side[me].asked < INIT_NUMBER(EPOCH(side[me].current) + 1, 0) ->
    side[me].asked = INIT_NUMBER(EPOCH(side[me].current) + 1, 0)
  :: else -> side[me].asked++
  fi;
  side[me].asking = true;
  inits[me] = inits[me] | (1 << side[me].asked)
}
#define MAY_ASK                                                             \
  (!side[me].asking && FREE(me) && EPOCH(side[me].current) < EPOCHS &&      \
   side[me].asked < INIT_NUMBER(EPOCH(side[me].current) + 1, ATTEMPTS - 1))

#ifdef MUTANT_NO_TIE_BREAK
#define WINS_TIE false
#else
#define WINS_TIE (me == GATEWAY && side[me].asking)
#endif
#ifdef MUTANT_REPLAYED_INIT
#define NEW_INIT(n) (n != side[me].answered)
#else
#define NEW_INIT(n) (n > side[me].answered)
#endif
#define RIGHT_EPOCH(n) (EPOCH_ASKED(n) == EPOCH(side[me].current) + 1)

inline on_init(n) {
  if
#ifdef MUTANT_REPEATED_INIT
  :: n == side[me].answered && FREE(me) -> stage(ANOTHER_KEY)  // with new ephemeral keys
#else
  :: n == side[me].answered  // the same ACK again, which is in the air already
#endif
  :: NEW_INIT(n) && !WINS_TIE && FREE(me) && RIGHT_EPOCH(n) ->
#ifndef MUTANT_NO_TIE_BREAK
    side[me].asking = false;
#endif
    side[me].answered = n;
    stage(KEY(PEER, n));
#ifdef MUTANT_SEAL_EARLY
    side[me].switched = true;
#endif
    acks[PEER] = acks[PEER] | (1 << n)
  :: else  // dropped, its asker repeats it
  fi
}

inline on_ack(n) {
  if
#ifdef MUTANT_LATE_ACK
  :: n <= side[me].asked && RIGHT_EPOCH(n) && FREE(me) ->
#else
  :: side[me].asking && n == side[me].asked ->
#endif
    side[me].asking = false;
    stage(KEY(me, n));
    side[me].switched = true;
#ifdef MUTANT_RETIRED_AT_ACK
    side[me].opened = true;
#endif
  :: else  // the answer to nothing that is still asked
  fi
}

inline on_data(key) {
  if
  :: key == side[me].staged && key != NO_KEY ->
    side[me].opened = true;
    side[me].switched = true;
    side[me].asking = false  // the peer has switched: this rekey it is
  :: else
  fi
}

inline retire() {
  side[me].current = side[me].staged;
#ifdef MUTANT_COUNTER_RESET
  side[me].current_counter = 0;
#else
  side[me].current_counter = side[me].staged_counter;
#endif
  side[me].staged = NO_KEY;
  side[me].staged_counter = 0;
  side[me].switched = false;
  side[me].opened = false
}

inline use(counter) {
  assert(counter >= ghost_counter[me * KEYS + SEALING(me)]);  // never the same twice
  ghost_counter[me * KEYS + SEALING(me)] = counter + 1;
  counter++;
  data[me] = data[me] | (1 << SEALING(me))
}

proctype Run(bit me) {
  byte number, key;
end:
  do
  :: atomic { MAY_ASK -> ask(); check() }
  :: atomic { side[me].asking -> side[me].asking = false; check() }  // patience is over
  :: atomic {
      inits[PEER] != 0 -> select(number : 1 .. EPOCHS * ATTEMPTS);
      if
      :: (inits[PEER] >> number) & 1 -> on_init(number)
      :: else
      fi;
      number = 0;
      check()
    }
  :: atomic {
      acks[me] != 0 -> select(number : 1 .. EPOCHS * ATTEMPTS);
      if
      :: (acks[me] >> number) & 1 -> on_ack(number)
      :: else
      fi;
      number = 0;
      check()
    }
  :: atomic {
      data[PEER] != 0 -> select(key : 0 .. KEYS - 1);
      if
      :: (data[PEER] >> key) & 1 -> on_data(key)
      :: else
      fi;
      key = 0;
      check()
    }
  :: atomic { side[me].opened -> retire(); check() }
  :: atomic { side[me].switched && side[me].staged_counter < SEALS ->
      use(side[me].staged_counter) }
  :: atomic { !side[me].switched && side[me].current_counter < SEALS ->
      use(side[me].current_counter) }
  od
}

init {
  atomic {
    run Run(CLIENT);
    run Run(GATEWAY)
  }
}
