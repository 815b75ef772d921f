// SPDX-License-Identifier: Apache-2.0
// Everything this node's control thread knows, and the context of one step of it.
#pragma once

#include <map>

#include "control/counters.h"
#include "control/handshake_limits.h"
#include "control/peer_book.h"
#include "control/rotating_key.h"
#include "control/session_index.h"
#include "control/tombstones.h"

namespace jvpn {

/// Whom the answer of the ownership store is for.
struct Commit {
  CommitKind kind = CommitKind::birth;
  SessionId session;
  PeerKey peer{};
};

struct Node {
  Node(ControlConfig configuration, RandomSource& random_source, SlotSource& slot_source)
      : config(std::move(configuration)),
        random(random_source),
        slots(slot_source),
        birth_keys(random, config.policy.session.birth_key),
        token_keys(random, config.policy.security.challenge_max_age),
        handshake_limits(random),
        peers(config.peers) {}

  Owner owner() const { return {config.node, config.incarnation}; }

  const ControlConfig config;
  RandomSource& random;
  SlotSource& slots;
  RotatingKey birth_keys;
  RotatingKey token_keys;
  HandshakeLimits handshake_limits;
  PeerBook peers;
  SessionIndex sessions;
  Tombstones tombstones;
  Counters counters;
  RateBucket probes;
  std::map<std::uint64_t, Commit> commits;
  std::uint64_t last_ticket = 0;
  std::uint64_t last_birth = 0;
};

/// One call of the control core: passed by value, nothing outlives it.
struct Step {
  Node& node;
  Instant now;
  Actions& out;

  const Policy& policy() const { return node.config.policy; }
  void count(std::string_view name) const { node.counters.count(name); }
  void count(Reason reason) const { node.counters.count(reason); }
};

/// Appends a CommitRequest and remembers whom its result is for; the ticket.
std::uint64_t ask_to_commit(const Step& step, CommitRequest request);

/// Hands the session's current view to the workers.
void publish(const Step& step, const Session& session);

}  // namespace jvpn
