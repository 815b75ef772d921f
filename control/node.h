// SPDX-License-Identifier: Apache-2.0
// Everything this node's control thread knows, and the context of one step of it.
#pragma once

#include "control/admission.h"
#include "control/counters.h"
#include "control/ownership/cluster_state.h"
#include "control/ownership/store_desk.h"
#include "control/peer_book.h"
#include "control/rotating_key.h"
#include "control/session_index.h"
#include "control/tombstones.h"

namespace jvpn {

struct Node {
  Node(ControlConfig configuration, RandomSource& random_source, SlotSource& slot_source)
      : config(std::move(configuration)),
        policy(std::make_shared<const Policy>(config.policy)),
        incarnation(config.incarnation),
        random(random_source),
        slots(slot_source),
        birth_keys(random, config.policy.session.birth_key),
        token_keys(random, kTokenMaxAge),
        admission(random),
        peers(config.peers) {}

  Owner owner() const { return {config.node, incarnation}; }
  bool is_alive() const { return !life.empty(); }
  /// In force for a session that lives.
  const Policy& policy_of(const Session& session) const {
    const SharedPolicy& own = session.policies.in_force;
    return own ? *own : *policy;
  }

  const ControlConfig config;  ///< its policy: the one at the start, see `policy`
  SharedPolicy policy;         ///< of the node: new sessions get it
  std::uint64_t incarnation;   ///< of this life
  StoreValue life;             ///< our node's record as the store has it; empty: no life yet
  Instant life_retry_at = Instant::never();
  Key32 owner_secret;  ///< of this life: makes our part of new owners' keys
  StoreDesk store;
  ClusterState cluster;
  std::vector<Settled> unsaid;  ///< what the store settled while we might not act
  RandomSource& random;
  SlotSource& slots;
  RotatingKey birth_keys;
  RotatingKey token_keys;
  Admission admission;
  PeerBook peers;
  SessionIndex sessions;
  Tombstones tombstones;
  Counters counters;
  std::uint64_t last_birth = 0;
  bool births_denied = false;  ///< since a bad policy came, until a good one does
  Instant policy_changed_at{0};
  std::uint8_t stretch = 1;  ///< of heartbeats
  Instant next_stretch{0};
  std::size_t walk = 0;  ///< how many sessions in turn a change has yet to reach
};

/// One call of the control core: passed by value, nothing outlives it.
struct Step {
  Node& node;
  Instant now;
  Actions& out;

  const Policy& policy() const { return *node.policy; }
  /// In force for a session that lives.
  const Policy& policy(const Session& session) const { return node.policy_of(session); }
  /// What its client acts by.
  const Policy& agreed(const Session& session) const {
    const Boxed<PolicyNews>& news = session.policies.news;
    return news && news->agreed ? *news->agreed : policy(session);
  }
  void count(std::string_view name) const { node.counters.count(name); }
  void count(Reason reason) const { node.counters.count(reason); }
};

/// A slot for a session; nothing, and counted: there is none.
std::optional<Tag> reserve_slot(const Step& step, const SessionId& id);

/// Hands the session's current view to the workers, if it is in their table.
void publish(const Step& step, const Session& session);

}  // namespace jvpn
