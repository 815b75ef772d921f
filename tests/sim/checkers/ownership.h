// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "session/core/session_view.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I1: one node only publishes a session under an owner epoch, and once it has, no node sends or
/// accepts its data under a lower one. I21: once a session was installed for an inner address, no
/// node serves an older session of that address.
class Ownership {
 public:
  explicit Ownership(Breaches& breaches) : breaches_(breaches) {}

  void published(std::size_t node, const SessionView& view) {
    Reign& reign = reigns_[view.client_tag];
    if (view.version.owner_epoch == reign.epoch && reign.node != node) {
      breaches_.add("I1", "two nodes serve under one owner epoch: " + to_string(view.version));
    }
    if (view.version.owner_epoch > reign.epoch) reign = {view.version.owner_epoch, node};
  }
  void installed(const SessionView& view) { newest_[view.inner_v4] = view.client_tag; }
  /// A node sends or delivers data of the session by this view.
  void served(const SessionView& view) {
    if (view.version.owner_epoch < reigns_[view.client_tag].epoch) {
      breaches_.add(
          "I1", "data served by a node that has lost the session at " + to_string(view.version));
    }
    if (newest_[view.inner_v4] != view.client_tag) {
      breaches_.add(
          "I21", "an older session of this inner address is served: " + to_string(view.inner_v4));
    }
  }

 private:
  Breaches& breaches_;
  struct Reign {
    OwnerEpoch epoch;
    std::size_t node = 0;
  };
  std::map<Tag, Reign> reigns_;  ///< by the client's tag, which names the session
  std::map<IpAddress, Tag> newest_;
};

}  // namespace jvpn::sim
