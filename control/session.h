// SPDX-License-Identifier: Apache-2.0
// The control thread's picture of one live session: plain state, changed by the functions of this
// folder only, one concern each.
#pragma once

#include <optional>
#include <vector>

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

/// The one source that data comes from and goes to.
struct Binding {
  Endpoint source;
  std::uint8_t underlay = 0;
  std::optional<PathId> path;  ///< unknown for a birth: CONFIRM names no path
  Instant since{0};
};

/// The last path-proven reattach and its answer: repeated, it gets the same bytes and changes
/// nothing.
struct Decision {
  MessageNumber number;
  MessageNumber request;  ///< of the request that its token was made for; 0: a notice
  Endpoint source;
  bool accepted = false;
  StateVersion bound_version;  ///< accepted: the binding it announced
  std::vector<std::uint8_t> answer;
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

/// Challenges given to sources that a confirm was not made for.
struct ConfirmChallenges {
  MessageNumber number;
  std::uint32_t given = 0;
};

struct Session {
  // Never changes.
  SessionId id;
  PeerKey peer{};
  const PeerConfig* config = nullptr;
  std::uint64_t birth = 0;
  Tag tag;
  Tag client_tag;
  Suite suite = Suite::aes_256_gcm;
  KeyEpoch key_epoch;  ///< of the keys that control lets seal
  SessionKeyState keys;
  SessionPolicies policies;
  Key32 seal_key;
  SealedRoot resume{};  ///< as the store has it
  Instant born{0};
  SourcePrefix origin{};  ///< the network it was born in

  // State; advance() is the only writer.
  jvpn::State state = State::birth;
  StateVersion version;
  Reason last_reason = Reason::none;
  Instant state_since{0};

  // Binding.
  std::optional<Binding> binding;
  Binding last_binding;  ///< the current one, or the one that was lost
  StateVersion bound_version;
  Instant unbound_since{0};  ///< while there is no binding
  Endpoint draining;
  Instant drain_until{0};
  std::optional<PendingBind> pending;
  Candidates candidates;
  BindingHealth health;
  SwitchAccounting switches;
  std::uint32_t total_switches = 0;

  // Messages.
  ReattachNumbers reattach;
  OtherNumbers other;
  Decision decision;
  std::vector<std::uint8_t> done;
  RateBucket repeats;
  ConfirmChallenges confirm_challenges;
  std::optional<Attempt> attempt;
  Duration rtt{};  ///< of the last challenge that was answered
  SlidingWindow failures;
  std::uint64_t replays = 0;  ///< not yet reported
  Instant replay_report_at{0};

  // Notices and races.
  Instant next_notice{0};
  Credit credit;
  std::optional<Bar> challenged;
  PathCheck check;
  std::optional<RaceWatch> race;
  std::optional<Bar> barred;
  SlidingWindow reverts;

  // The end.
  Reason closing = Reason::none;       ///< asked of the store, not yet said
  std::vector<std::uint8_t> farewell;  ///< the TERMINATE that the tombstone keeps
  Instant closing_retry = Instant::never();
  std::optional<PeerTerminate> asked_by_peer;

  // Ownership.
  StoreValue stored;        ///< what the ownership store has of it
  OwnerEpoch client_epoch;  ///< in which the client counts its messages: until it hears our ACK, an
                            ///< older one
  std::uint32_t calls_left = 0;
  Instant call_at = Instant::never();
  std::optional<Instant> acquired_at;
  Instant evidence_at{0};  ///< of the present binding
  StoreValue wish;         ///< another node's
  Instant wish_seen{0};
  bool handing_over = false;  ///< out of the table, on its way to another node
  Instant hand_over_at = Instant::never();

  std::uint64_t bytes_up = 0;
  std::uint64_t bytes_down = 0;
  std::uint64_t metered_up = 0;
  std::uint64_t metered_down = 0;
  Instant queued_at = Instant::never();  ///< owned by SessionIndex

  bool is_closing() const { return closing != Reason::none || handing_over; }
};

/// Keeps the moment of the first sign, unless that was of another source or long ago.
void note_attempt(Session& session, const Endpoint& source, Instant now, Duration life);

struct Step;
SessionView view_of(const Step& step, const Session& session);
SessionInfo info_of(const Session& session, Instant now);

}  // namespace jvpn
