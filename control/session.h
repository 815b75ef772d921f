// SPDX-License-Identifier: Apache-2.0
// The control thread's picture of one live session: plain state, changed by the functions of this
// folder only, one concern each.
#pragma once

#include <optional>
#include <vector>

#include "base/boxed.h"
#include "base/optional_instant.h"
#include "control/binding.h"
#include "control/candidates.h"
#include "control/core.h"
#include "control/health_window.h"
#include "control/policy_state.h"
#include "control/records/session_record.h"
#include "control/rekey.h"
#include "control/sliding_window.h"
#include "control/source_prefix.h"
#include "control/switch_accounting.h"
#include "session/core/messages.h"
#include "session/core/number_window.h"
#include "session/core/rate_bucket.h"

namespace jvpn {

/// A sealed message as it goes onto the wire, kept to be sent again.
using Datagram = std::vector<std::uint8_t>;

/// The last path-proven reattach and its answer: repeated, it gets the same bytes and changes
/// nothing. Kept for kAnswerLife: who asks again after that has to prove his path again.
struct Decision {
  Instant at{0};
  MessageNumber number;
  MessageNumber request;  ///< of the request that its token was made for; 0: a notice
  Endpoint source;
  bool accepted = false;
  StateVersion bound_version;  ///< accepted: the binding it announced
  Datagram answer;
};

/// What a client must not yet use before ACK: a slot of its own for keys that only this bind makes.
struct FreshKeys {
  Tag tag;
  KeyEpoch key_epoch;
  Key32 root;
};

/// A bind that the ownership store has been asked to commit.
struct PendingBind {
  StateVersion next;
  Binding to;
  Move move = Move::jump;
  bool revert = false;
  bool by_notice = false;
  bool path_dead = false;  ///< of the binding before, as the client says or we know
  Instant asked_at{0};     ///< when the store was
  MessageNumber number;
  MessageNumber request;
  Reason cause = Reason::none;
  std::uint32_t candidate_count = 0;
  std::size_t answer_limit = 0;
  std::optional<PublicKey> heir_of;  ///< the client's ephemeral key, where it knows no keys of ours
  KeyEpoch asked_epoch;
  std::optional<FreshKeys> fresh;
};

/// What an unbound source has sent lately and may get back (I22).
struct Credit {
  Endpoint source;
  std::size_t bytes = 0;
  Instant since{0};
};

/// A PATH_CHALLENGE to the bound path that waits for its answer, or has it.
struct PathCheck {
  Instant asked_at{0};
  bool waiting = false;
  std::optional<Instant> answered_at;
};

/// What notices to unbound sources have left behind.
struct Notices {
  Instant next{0};
  Credit credit;
  PathCheck check;
};

/// After a move that a notice brought about: an answer from the old path shows a race.
struct RaceWatch {
  Binding old;
  Move move = Move::rebind;
  Instant until{0};
};

struct Bar {
  Endpoint source;
  Instant until{0};
};

/// The peer's own TERMINATE, which is answered by one.
struct PeerTerminate {
  Arrival from;
  MessageNumber number;
};

/// An end on its way through the ownership store.
struct Ending {
  std::optional<PeerTerminate> asked_by_peer;
  Datagram farewell;  ///< the TERMINATE that the tombstone keeps
  Instant retry = Instant::never();
};

/// Another node wants the session.
struct HandOver {
  StoreValue wish;
  Instant seen{0};
  bool stopped = false;  ///< out of the table, on its way to the other node
  Instant at = Instant::never();
};

/// First sign of the reattach under way.
struct Attempt {
  Endpoint source;
  Instant since{0};
};

/// Message numbers of the reattach class: a newer request voids all before.
struct ReattachNumbers {
  std::uint64_t sent = 0;
  std::uint64_t seen = 0;  ///< highest authentic one
};
struct OtherNumbers {
  std::uint64_t sent = 0;
  NumberWindow seen;
};

/// Where SessionIndex has it.
struct IndexPlace {
  std::uint32_t in_turn = 0;
  std::uint32_t in_queue = 0;
  Instant due = Instant::never();  ///< never: it is not in the queue
};

/// Challenges given to sources that a confirm was not made for.
struct ConfirmChallenges {
  MessageNumber number;
  std::uint32_t given = 0;
};

/// Messages that came again, as the audit hears of them.
struct Replays {
  std::uint64_t untold = 0;
  Instant report_at{0};  ///< not before
};

/// What few sessions have at a time is boxed: there may be a million (docs/BENCHMARKS.md).
struct Session {
  // Never changes.
  SessionId id;
  const PeerConfig* config = nullptr;  ///< of its peer
  std::uint64_t birth = 0;
  Tag tag;
  Tag client_tag;
  Suite suite = Suite::aes_256_gcm;
  KeyEpoch key_epoch;  ///< of the keys that control lets seal
  SessionKeyState keys;
  SessionPolicies policies;
  Key32 seal_key;
  Instant born{0};
  SourcePrefix origin{};  ///< the network it was born in

  // State; advance() is the only writer.
  jvpn::State state = State::birth;
  StateVersion version;
  Reason last_reason = Reason::none;
  Instant state_since{0};

  // Binding.
  CurrentBinding binding;
  StateVersion bound_version;
  Instant unbound_since{0};  ///< while there is no binding
  Boxed<Draining> draining;
  Boxed<PendingBind> pending;
  Candidates candidates;
  BindingHealth health;
  SwitchAccounting switches;
  std::uint32_t total_switches = 0;

  // Messages.
  ReattachNumbers reattach;
  OtherNumbers other;
  MessageNumber decided;  ///< the highest reattach with a decision
  Boxed<Decision> decision;
  Boxed<Datagram> done;  ///< until the client is known to have it
  RateBucket repeats;
  Boxed<ConfirmChallenges> confirm_challenges;
  Boxed<Attempt> attempt;
  Duration rtt{};  ///< of the last challenge that was answered
  SlidingWindow failures;
  Boxed<Replays> replays;

  // Notices and races.
  Boxed<Notices> notices;
  Boxed<Bar> challenged;
  Boxed<RaceWatch> race;
  Boxed<Bar> barred;
  SlidingWindow reverts;

  // The end.
  Reason closing = Reason::none;  ///< asked of the store, not yet said
  Boxed<Ending> ending;           ///< while closing

  // Ownership.
  StoreValue stored;        ///< what the ownership store has of it
  OwnerEpoch client_epoch;  ///< in which the client counts its messages: until it hears our ACK, an
                            ///< older one
  std::uint32_t calls_left = 0;
  Instant call_at = Instant::never();
  OptionalInstant acquired_at;
  Instant evidence_at{0};  ///< of the present binding
  Boxed<HandOver> hand_over;

  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  std::uint64_t metered_up = 0;
  std::uint64_t metered_down = 0;
  IndexPlace place;  ///< owned by SessionIndex

  const PeerKey& peer() const { return config->key; }
  bool is_handing_over() const { return hand_over && hand_over->stopped; }
  bool is_closing() const { return closing != Reason::none || is_handing_over(); }
};

/// Keeps the moment of the first sign, unless that was of another source or long ago.
void note_attempt(Session& session, const Endpoint& source, Instant now, Duration life);

struct Step;
SessionView view_of(const Step& step, const Session& session);
SessionInfo info_of(const Session& session, Instant now);

}  // namespace jvpn
