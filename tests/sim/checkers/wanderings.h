// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>

#include "session/core/audit.h"

namespace jvpn::sim {

/// How often each session changed its owner since a client was last bound to it: once all is
/// healed, owners that take it from each other while its client asks them all serve nobody.
class Wanderings {
 public:
  void see(const AuditEvent& event) {
    if (event.type == "OwnerAcquired") ++changes_[event.session];
    if (event.type == "TransportAttached" || event.type == "TransportSwitch") {
      changes_.erase(event.session);
    }
  }
  void begin_anew() { changes_.clear(); }
  /// Of the session with the most.
  int most() const {
    int most = 0;
    for (const auto& [session, changes] : changes_) most = std::max(most, changes);
    return most;
  }

 private:
  std::map<SessionId, int> changes_;
};

}  // namespace jvpn::sim
