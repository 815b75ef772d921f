// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <unordered_map>

#include "session/core/policy.h"
#include "session/core/session_view.h"
#include "tests/sim/checkers/breaches.h"
#include "tests/sim/world/endpoint_hash.h"

namespace jvpn::sim {

/// When something was decided, and when the store had it; by the node's clock.
struct When {
  Instant decided;
  Instant now;
};

/// I2: a published ATTACHED view has a binding. I10: a node binds only where it has sent something
/// within the last 10 s (a birth: a handshake's ACK within birth_key) before it asked the store.
/// I15: data leaves to the bound source only, and is delivered from it, or for max(drain, 2 RTT),
/// of which challenge_max_age is the most, from the one bound before.
class Bindings {
 public:
  Bindings(Breaches& breaches, const Policy& policy) : breaches_(breaches), policy_(policy) {}

  void asked(std::size_t node, const Endpoint& destination, Instant now);
  void acked(std::size_t node, const Endpoint& destination, Instant now);
  void published(std::size_t node, Tag tag, const SessionView& view, When when);
  void removed(std::size_t node, Tag tag, Instant now);
  void forgotten_by(std::size_t node);
  void data_sent(std::size_t node, Tag client_tag, const Endpoint& destination);
  void delivered(std::size_t node, Tag tag, const Endpoint& source, Instant now);
  const SessionView* view(std::size_t node, Tag tag) const;
  const SessionView* view_for_client(std::size_t node, Tag client_tag) const;

 private:
  struct Retired {
    Endpoint source;
    Instant at;
  };
  struct Node {
    std::map<Tag, SessionView> views;
    std::map<Tag, Tag> by_client_tag;
    std::map<Tag, Retired> retired;
    std::map<Tag, Retired> departed;  ///< by client tag: last binding of what was removed
    using Moments = std::unordered_map<Endpoint, Instant, EndpointHash>;
    Moments asked;  ///< when something was last sent there
    Moments acked;  ///< when a handshake was last answered there

    Endpoint bound_until_now(Tag client_tag, Instant now) const;
  };
  bool drains(std::size_t node, Tag tag, const Endpoint& source, Instant now) const;

  Breaches& breaches_;
  Policy policy_;
  std::map<std::size_t, Node> nodes_;
};

}  // namespace jvpn::sim
