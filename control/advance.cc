// SPDX-License-Identifier: Apache-2.0
#include "control/advance.h"

#include "control/events.h"
#include "control/live_policy.h"

namespace jvpn {

bool advance(const Step& step, Session& session, Event event, Reason own) {
  adopt_by_grace(step, session);
  const std::optional<Transition> transition = next(session.state, event);
  if (!transition) {
    step.count("undefined_transition");
    return false;
  }
  const State previous = session.state;
  ++session.version.sequence;
  session.state = transition->to;
  session.state_since = step.now;
  if (session.policies.bounds) session.policies.bounds->state = {};
  session.last_reason = transition->reason == Reason::none ? own : transition->reason;
  session.health.in_bounds_since.reset();
  std::vector<std::pair<std::string_view, AuditValue>> fields{
      {"previous_state", std::string(to_string(previous))},
      {"new_state", std::string(to_string(session.state))}};
  if (event == Event::owner_acquired) fields.emplace_back("inherited", true);
  write_event(step, session, "SessionStateChange", session.last_reason, std::move(fields));
  return true;
}

}  // namespace jvpn
