// SPDX-License-Identifier: Apache-2.0
// A client that jumps, a gateway that binds, and a network that belongs to the attacker.
//
// Whatever was ever sent, the attacker may deliver never, late, often, in any order and from any
// source, his own or, forged, the client's. Keys he has none: he can neither make nor change a
// message. So the state holds what was sent, and each step of the loop delivers any of it anywhere.
// Steps are atomic, as they are in the product's one control thread.
//
//   client     REQUEST n --> CHALLENGE(token for the source seen) --> CONFIRM n+1(token) --> ACK
//              NOTICE(token) --> CONFIRM          PATH_CHALLENGE --> PATH_RESPONSE
//   gateway    control/reattach.cc, reattach_repeat.cc, bind.cc, path_race.cc, step by step
#ifndef SOURCES
#define SOURCES 3  // 0: where the client is at first. The others are the client's or the attacker's
#endif
#ifndef NUMBERS
#define NUMBERS 3  // messages of the reattach class that the client sends in all
#endif
#define NONE 3
#ifndef EXPIRED
#define EXPIRED 1  // ticks; time is kept as ages and times left, so that it needs no end
#endif
#define RACE_WINDOW 1
#define BAR_TIME 2
#define MAX_REVERTS 1
#define LAST_VERSION 6

#define REQUEST 0
#define CONFIRM 1

typedef Message {  // one for each number; kept for ever, since the attacker does so
  bit kind;
  unsigned bound_version : 3;
  unsigned token_source : 2;
  unsigned token_number : 3;  // the challenged one; 0 in a notice's token
  unsigned token_age : 2
}
Message sent[NUMBERS + 1];

// ---- client ----
unsigned latest : 3;    // number of its latest REQUEST or CONFIRM
bool waiting = false;   // for an answer to that
unsigned known_version : 3 = 1;

// ---- in the air, towards the client; answers to older numbers are ignored and so not kept ----
byte challenge_age[SOURCES];  // 1 + age of the token for this source; 0: none
byte notice_age[SOURCES];
unsigned ack_version : 3;
unsigned reject_version : 3;
bool path_response = false;  // the client has answered the latest PATH_CHALLENGE

// ---- gateway ----
unsigned bound : 2 = 0;
unsigned bound_version : 3 = 1;
unsigned seen : 3;               // highest number
unsigned decided : 3;            // the number that the last decision was about,
unsigned decided_source : 2 = NONE;
unsigned decided_version : 3;    // and what it bound
unsigned watched : 2 = NONE;     // the old path, while a race may still show
unsigned watched_left : 2;
unsigned barred : 2 = NONE;      // the source that had won the race
unsigned barred_left : 2;
unsigned checked : 2 = NONE;     // where the PATH_CHALLENGE went
unsigned reverts : 1;

// ---- ghosts ----
unsigned last_bound : 3;  // the last number that bound
unsigned ghost_seen : 3;  // the highest number that ever arrived

inline forget_answers() {
  challenge_age[0] = 0;
  challenge_age[1] = 0;
#if SOURCES > 2
  challenge_age[2] = 0;
#endif
  ack_version = 0;
  reject_version = 0
}

inline say(message_kind, t_source, t_number, t_age) {
  sent[latest + 1].kind = message_kind;
  sent[latest + 1].bound_version = known_version;
  sent[latest + 1].token_source = t_source;
  sent[latest + 1].token_number = t_number;
  sent[latest + 1].token_age = t_age;
  latest++;
  waiting = true;
  forget_answers()
}

inline challenge(n, source) {
  if
  :: n == latest -> challenge_age[source] = 1
  :: else
  fi
}

inline acknowledge(n, source) {
  assert(bound == source);  // an ACK tells the truth at the moment that it is said
  if
  :: n == latest -> ack_version = bound_version
  :: else
  fi
}

inline reject(n) {
  if
  :: n == latest -> reject_version = bound_version
  :: else
  fi
}

inline remember(n, source) {
  decided = n;
  decided_source = source;
  decided_version = bound_version
}

#include "reattach_gateway.pml"

// The newest data of the client, seen from a source that is not bound: a notice goes there, a
// PATH_CHALLENGE to the bound path. Client data is always on its way, so this can happen any time.
inline notice(source) {
  notice_age[source] = 1;
  checked = bound;
  path_response = false
}

// An authentic PATH_RESPONSE, from the source that its token was made for.
inline on_path_response() {
  if
  :: checked == watched ->
    assert(path_response);  // only the client itself can show that its old path lives
#ifndef MUTANT_NO_REVERT
    barred = bound;
    barred_left = BAR_TIME;
    bound = watched;
    bound_version++;
    reverts++;
#endif
    watched = NONE;
    watched_left = 0;
    assert(bound == checked)  // the living path has its session back
  :: else
  fi;
  checked = NONE;
  path_response = false
}

inline older(age) {
  if
  :: age > 0 && age <= EXPIRED -> age++
  :: else
  fi
}

inline tick() {
  for (n : 1 .. NUMBERS) {
    if
    :: sent[n].kind == CONFIRM && sent[n].token_age < EXPIRED -> sent[n].token_age++
    :: else
    fi
  }
  for (source : 0 .. SOURCES - 1) {
    older(challenge_age[source]);
    older(notice_age[source])
  }
  n = 0;
  source = 0;
  if
  :: watched_left > 1 -> watched_left--
  :: else -> watched_left = 0; watched = NONE
  fi;
  if
  :: barred_left > 1 -> barred_left--
  :: else -> barred_left = 0; barred = NONE
  fi
}

#ifdef MUTANT_REVERT_BY_COPY
#define ANSWERED (checked != NONE)  // a copy of anything will do
#else
#define ANSWERED (path_response)
#endif
#define MAY_BIND (bound_version < LAST_VERSION)

init {
  unsigned n : 3;
  unsigned source : 2;
end:
  do
  // ---- the client's own steps, at what the attacker lets through to it ----
  :: atomic { latest < NUMBERS -> say(REQUEST, 0, 0, 0) }
  :: atomic {
      waiting && latest < NUMBERS -> select(source : 0 .. SOURCES - 1);
      if
      :: challenge_age[source] != 0 -> say(CONFIRM, source, latest, challenge_age[source] - 1)
      :: else
      fi;
      source = 0
    }
  :: atomic {
      latest < NUMBERS -> select(source : 0 .. SOURCES - 1);
      if
      :: notice_age[source] != 0 ->
        if
        :: bound_version > known_version -> known_version = bound_version
        :: true  // an older notice
        fi;
        say(CONFIRM, source, 0, notice_age[source] - 1);
        notice_age[source] = 0  // numbers rise: no notice is answered twice
      :: else
      fi;
      source = 0
    }
  :: atomic {
      waiting && ack_version != 0 ->
      assert(ack_version >= known_version);  // the client never goes back
      known_version = ack_version;
      waiting = false;
      forget_answers()
    }
  :: atomic {
      waiting && reject_version != 0 ->
      known_version = reject_version;
      waiting = false;
      forget_answers()
    }
  :: atomic { checked != NONE && !path_response -> path_response = true }

  // ---- what the attacker delivers to the gateway, and time ----
  :: atomic {
      latest > 0 && MAY_BIND -> select(n : 1 .. NUMBERS);
      select(source : 0 .. SOURCES - 1);
      if
      :: n <= latest && !TURNED_AWAY(source) -> receive(n, source)
      :: else
      fi;
      n = 0;
      source = 0
    }
  :: atomic {
      select(source : 0 .. SOURCES - 1);
      if
      :: source != bound && !TURNED_AWAY(source) -> notice(source)
      :: else
      fi;
      source = 0
    }
  :: atomic { ANSWERED && reverts < MAX_REVERTS && MAY_BIND -> on_path_response() }
  :: atomic { tick() }
  od
}
