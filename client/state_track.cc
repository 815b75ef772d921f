// SPDX-License-Identifier: Apache-2.0
#include "client/state_track.h"

namespace jvpn::client {

bool StateTrack::apply(Event event, Reason own, const AuditEvent& base, Actions& out) {
  const std::optional<Transition> transition = next(state_, event);
  if (!transition) return false;
  last_reason_ = transition->reason == Reason::none ? own : transition->reason;
  AuditEvent told = base;
  told.type = "SessionStateChange";
  told.reason = last_reason_;
  told.fields = {{"previous_state", std::string(to_string(transition->from))},
                 {"new_state", std::string(to_string(transition->to))}};
  out.push_back(WriteEvent{std::move(told)});
  state_ = transition->to;
  since_ = base.at;
  return true;
}

}  // namespace jvpn::client
