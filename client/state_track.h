// SPDX-License-Identifier: Apache-2.0
// The session's state as the client sees it: the one transition table, run on the client's own
// observations, and the events that tell of it. The gateway's machine is the authoritative one; its
// version is what the client's events carry.
#pragma once

#include "client/action.h"
#include "session/core/transition.h"

namespace jvpn::client {

class StateTrack {
 public:
  State state() const { return state_; }
  Instant since() const { return since_; }
  Reason last_reason() const { return last_reason_; }

  /// Where the event leads, if the table defines it, and a SessionStateChange about it. `own` is
  /// the reason where the event brings its own. False: undefined here, nothing changed.
  bool apply(Event event, Reason own, const AuditEvent& base, Actions& out);

 private:
  State state_ = State::birth;
  Instant since_{0};
  Reason last_reason_ = Reason::none;
};

}  // namespace jvpn::client
