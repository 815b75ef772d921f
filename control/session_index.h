// SPDX-License-Identifier: Apache-2.0
// All live sessions of this node: by id, by the slot of their tag, in turn, and by the time at
// which something is due. Nothing depends on how memory lies: the same inputs give the same run.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "control/deadline_queue.h"
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
  std::size_t size() const { return in_turn_.size(); }

  /// All of them, in no order that means anything, but the same for the same inputs. A walk that
  /// goes on from call to call: new ones come last, and removal moves the last one into the gap, so
  /// whoever must reach all goes from the end to the beginning.
  std::span<Session* const> in_turn() const { return in_turn_; }

  /// How many sessions were born in this network.
  std::size_t count_from(const SourcePrefix& network) const;

  /// The session wants to be looked at then, or before: one that is in the queue for an earlier
  /// time stays there, since most deadlines move on with each packet. Never: not for its own sake.
  void schedule(Session& session, Instant at);
  Instant next_due() const { return due_.next(); }
  /// One session whose time has come, taken off the queue; null: none.
  Session* take_due(Instant now);

 private:
  void put_into_slot(Session& session);
  void take_out_of_slot(const Session& session);
  void take_out_of_turn(const Session& session);

  std::unordered_map<SessionId, std::unique_ptr<Session>> by_id_;
  std::vector<Session*> by_slot_;  ///< null: the slot has none
  std::vector<Session*> in_turn_;
  DeadlineQueue due_;
  std::map<SourcePrefix, std::size_t> by_origin_;
};

}  // namespace jvpn
