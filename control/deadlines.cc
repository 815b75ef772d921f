// SPDX-License-Identifier: Apache-2.0
#include "control/deadlines.h"

#include <algorithm>

#include "control/advance.h"
#include "control/bind.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/live_policy.h"
#include "control/ownership/adopt.h"
#include "control/ownership/hand_over.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

Instant report_due(const Session& session) {
  return session.replays && session.replays->untold != 0 ? session.replays->report_at
                                                         : Instant::never();
}

void end_recovery(const Step& step, Session& session) {
  if (step.policy(session).switching.on_recovery_timeout == OnRecoveryTimeout::terminate) {
    return begin_termination(step, session, Reason::recovery_window_exceeded);
  }
  advance(step, session, Event::recovery_deadline);
  publish(step, session);
}

void report_replays(const Step& step, Session& session) {
  write_event(step, session, "SecurityReplayDetected", Reason::replay_detected,
              {{"count", static_cast<std::int64_t>(session.replays->untold)}});
  session.replays = Replays{0, step.now + kReplayReportInterval};
}

}  // namespace

Ends ends_of(const Session& session, const Policy& policy) {
  const Boxed<DeadlineBounds>& changed = session.policies.bounds;
  const DeadlineBounds bounds = changed ? *changed : DeadlineBounds{};
  Ends ends;
  ends.lifetime = bounds.lifetime.of(session.born + policy.session.max_lifetime);
  if (!session.binding) {
    ends.ttl = bounds.ttl.of(session.unbound_since + policy.session.transport_lost_ttl);
  }
  if (session.pending) ends.bind = session.pending->asked_at + policy.switching.recovery_window;
  const Instant since = session.state_since;
  if (session.state == State::recovering) {
    ends.recovery = bounds.state.of(since + policy.switching.recovery_window);
  }
  if (session.state == State::volatile_) {
    ends.volatile_ = bounds.state.of(since + policy.volatility.volatile_to_degraded);
  }
  return ends;
}

Instant next_deadline_of(const Node& node, const Session& session) {
  if (session.is_handing_over()) return session.hand_over->at;
  if (session.is_closing()) return session.ending->retry;
  const Ends ends = ends_of(session, node.policy_of(session));
  if (session.pending) return std::min({ends.lifetime, ends.ttl, ends.recovery, ends.bind});
  return std::min({ends.lifetime, ends.ttl, ends.recovery, ends.volatile_, report_due(session),
                   session.keys.due, session.policies.tell_at(), session.call_at});
}

void run_deadlines(const Step& step, Session& session) {
  if (next_deadline_of(step.node, session) > step.now) return;
  if (session.is_handing_over()) return finish_hand_over(step, session);
  if (session.is_closing()) return retry_termination(step, session);
  const Ends ends = ends_of(session, step.policy(session));
  if (ends.lifetime <= step.now) {
    return begin_termination(step, session, Reason::session_lifetime_exceeded);
  }
  if (ends.ttl <= step.now) {
    return begin_termination(step, session, Reason::transport_ttl_exceeded);
  }
  if (session.pending) abandon_bind(step, session);  // it would move what a deadline moves now
  if (ends.recovery <= step.now) return end_recovery(step, session);
  if (ends.volatile_ <= step.now) {
    advance(step, session, Event::volatile_too_long);
    return publish(step, session);
  }
  if (session.call_at <= step.now) call_client(step, session);
  run_rekey(step, session);
  tell_policy(step, session);
  if (report_due(session) <= step.now) report_replays(step, session);
}

}  // namespace jvpn
