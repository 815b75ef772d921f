// SPDX-License-Identifier: Apache-2.0
// What the ownership store was asked and has not settled yet.
#pragma once

#include <map>
#include <variant>

#include "base/time.h"
#include "control/ownership_store.h"
#include "session/core/ids.h"

namespace jvpn {

/// Why the store was asked.
enum class AskedFor : std::uint8_t {
  read_life,      ///< what our node's records say
  claim_life,     ///< begin a life
  renew,          ///< and go on living
  read_sessions,  ///< all of them, at the start
  poll,           ///< watched nodes, wanted sessions, wishes
  fence,          ///< another node
  read_record,    ///< a session that a client asks for
  read_peer,      ///< which session a peer has, before a client is told that it has none
  adopt,          ///< become its owner
  wish,           ///< ask its owner for it
  drop_wish,      ///< refused, or void
  hand_over,      ///< give a session of ours away
  birth,
  bind,
  terminate,
  bury,  ///< a tombstone has stood long enough
};

/// Whom the store's answer is for.
struct Errand {
  explicit Errand(AskedFor why, const SessionId& id = {}, const PeerKey& key = {})
      : purpose(why), session(id), peer(key) {}

  AskedFor purpose;
  SessionId session;
  PeerKey peer{};
  std::uint8_t node = 0;          ///< whom it is about
  std::uint64_t incarnation = 0;  ///< of ours, when we asked
  std::uint64_t number = 0;       ///< of a read: later ones are higher
};

/// A question, kept until it is settled.
struct Question {
  Errand errand;
  std::variant<StoreTransaction, StoreRead> text;
  bool doubtful = false;       ///< an attempt at it may have been applied, or may yet be
  std::uint32_t attempts = 0;  ///< so far
};

struct StoreDesk {
  std::map<std::uint64_t, Question> asked;     ///< by ticket
  std::multimap<Instant, Question> to_repeat;  ///< by when
  std::uint64_t last_ticket = 0;
  std::uint32_t failures = 0;  ///< answers in a row that were none
  Instant down_until{0};

  Instant next_due() const {
    return to_repeat.empty() ? Instant::never() : to_repeat.begin()->first;
  }
};

/// The end of an errand.
struct Settled {
  Errand errand;
  StoreOutcome outcome{};  ///< never unknown
  StoreValue written;      ///< applied: the value of the first key that was written
  /// Refused, or read: what there is.
  std::vector<std::pair<StoreKey, std::optional<StoreValue>>> found;

  bool applied() const { return outcome == StoreOutcome::applied; }
  /// Null: there is no such key, or nobody told.
  const StoreValue* value_at(const StoreKey& key) const;
  /// Was it told whether there is one?
  bool has(const StoreKey& key) const;
};

}  // namespace jvpn
