// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "session/core/session_view.h"
#include "tests/sim/checkers/breaches.h"

namespace jvpn::sim {

/// I1: once a node has published a session under some owner epoch, no node sends or accepts its
/// data under a lower one. I21: once a session was installed for an inner address, no node serves
/// an older session of that address.
class Ownership {
 public:
  explicit Ownership(Breaches& breaches) : breaches_(breaches) {}

  void published(const SessionView& view) {
    OwnerEpoch& highest = epochs_[view.client_tag];
    highest = std::max(highest, view.version.owner_epoch);
  }
  void installed(const SessionView& view) { newest_[view.inner_v4] = view.client_tag; }
  /// A node sends or delivers data of the session by this view.
  void served(const SessionView& view) {
    if (view.version.owner_epoch < epochs_[view.client_tag]) {
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
  std::map<Tag, OwnerEpoch> epochs_;  ///< by the client's tag, which names the session
  std::map<IpAddress, Tag> newest_;
};

}  // namespace jvpn::sim
