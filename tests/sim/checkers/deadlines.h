// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <vector>

#include "session/core/audit.h"
#include "session/core/policy.h"
#include "session/core/session_view.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I7, I9: by the node's own clock and within one tick, a stay in RECOVERING ends with the recovery
/// window, a session without binding with the transport TTL, and every session with its lifetime
/// (or as soon as the store has answered what was asked for it). I8: in each sliding minute of a
/// session committed jumps <= max_switches_per_min, and rebindings
/// <= max_nat_rebinds_per_min + the reverts that a minute allows.
class Deadlines {
 public:
  Deadlines(Breaches& breaches, const Policy& policy) : breaches_(breaches), policy_(policy) {}

  /// `at`: when, by a clock that is the same for all nodes which may own the session one after the
  /// other; it may gain or lose a hundredth on theirs.
  void see(std::size_t node, const AuditEvent& event, Instant at);
  /// After a node has carried out all that was due. Not called while the store owes it an answer.
  void stepped(std::size_t node, Instant now);
  /// The session is being ended, or its node is gone: what it owed is settled.
  void settled(const SessionId& id);
  void unbound(std::size_t node, const SessionId& id, bool is_unbound, Instant now);
  void forgotten_by(std::size_t node);

 private:
  enum class Kind : std::uint8_t { recovery, ttl, lifetime };
  struct Debt {
    std::size_t node = 0;
    Instant limit;
  };
  using Key = std::pair<SessionId, Kind>;
  void owe(std::size_t node, Key key, Instant limit);
  void pay(Key key);
  void count_switch(const AuditEvent& event, Instant at);

  Breaches& breaches_;
  Policy policy_;
  std::map<Key, Debt> debts_;
  std::map<std::size_t, std::set<std::pair<Instant, Key>>> by_limit_;
  struct Moves {
    std::vector<Instant> jumps, rebinds;
  };
  std::map<SessionId, Moves> moves_;
};

}  // namespace jvpn::sim
