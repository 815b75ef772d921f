// SPDX-License-Identifier: Apache-2.0
// All live sessions of this node: by id, by tag, and by the time at which something is due.
// Iteration is in order of ids, so that the same inputs give the same run.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <unordered_map>

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
  Session* find(Tag tag) const;
  const std::map<SessionId, std::unique_ptr<Session>>& all() const { return by_id_; }

  /// How many sessions were born in this network.
  std::size_t count_from(const SourcePrefix& network) const;

  /// When the session wants to be looked at; never: not at all.
  void schedule(Session& session, Instant at);
  Instant next_due() const;
  /// One session whose time has come, taken off the queue; null: none.
  Session* take_due(Instant now);

 private:
  std::map<SessionId, std::unique_ptr<Session>> by_id_;
  std::unordered_map<std::uint64_t, Session*> by_tag_;
  std::set<std::pair<Instant, SessionId>> due_;
  std::map<SourcePrefix, std::size_t> by_origin_;
};

}  // namespace jvpn
