// SPDX-License-Identifier: Apache-2.0
// All live sessions of this node: by id, by the slot of their tag, and by the time at which
// something is due. Iteration is in order of ids, so that the same inputs give the same run.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "control/session.h"
#include "control/source_prefix.h"

namespace jvpn {

class SessionIndex {
 public:
  Session& add(std::unique_ptr<Session> session);
  void remove(Session& session);
  /// Gives the session another slot.
  void move_to(Session& session, Tag tag);

  Session* find(const SessionId& id) const;
  /// A session that is out of the table may still bear the tag of a slot that has another by now:
  /// it is not found by it any more.
  Session* find(Tag tag) const;
  const std::map<SessionId, std::unique_ptr<Session>>& all() const { return by_id_; }

  /// All of them, in no order that means anything, but the same for the same inputs: for a walk
  /// that goes on from call to call. Removal moves the last one into the gap.
  std::span<Session* const> in_turn() const { return in_turn_; }

  /// How many sessions were born in this network.
  std::size_t count_from(const SourcePrefix& network) const;

  /// The session wants to be looked at then, or before: one that is in the queue for an earlier
  /// time stays there, since most deadlines move on with each packet. Never: not for its own sake.
  void schedule(Session& session, Instant at);
  Instant next_due() const;
  /// One session whose time has come, taken off the queue; null: none.
  Session* take_due(Instant now);

 private:
  void put_into_slot(Session& session);
  void take_out_of_slot(const Session& session);
  void take_out_of_turn(const Session& session);
  void unqueue(Session& session);

  std::map<SessionId, std::unique_ptr<Session>> by_id_;
  std::unordered_map<SessionId, Session*> found_by_id_;  ///< the same, without a walk down a tree
  std::vector<Session*> by_slot_;                        ///< null: the slot has none
  std::vector<Session*> in_turn_;
  std::unordered_map<const Session*, std::size_t> place_;  ///< of each in `in_turn_`
  std::set<std::pair<Instant, SessionId>> due_;
  std::map<SourcePrefix, std::size_t> by_origin_;
};

}  // namespace jvpn
