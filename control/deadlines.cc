// SPDX-License-Identifier: Apache-2.0
#include "control/deadlines.h"

#include <algorithm>

#include "control/advance.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/ownership/adopt.h"
#include "control/ownership/hand_over.h"
#include "control/terminate.h"

namespace jvpn {
namespace {

Instant lifetime_end(const Session& session, const Policy& policy) {
  return session.born + policy.session.max_lifetime;
}

Instant ttl_end(const Session& session, const Policy& policy) {
  if (session.binding) return Instant::never();
  return session.unbound_since + policy.session.transport_lost_ttl;
}

Instant recovery_end(const Session& session, const Policy& policy) {
  if (session.state != State::recovering) return Instant::never();
  return session.state_since + policy.switching.recovery_window;
}

Instant volatile_end(const Session& session, const Policy& policy) {
  if (session.state != State::volatile_) return Instant::never();
  return session.state_since + policy.volatility.volatile_to_degraded;
}

Instant report_due(const Session& session) {
  return session.replays == 0 ? Instant::never() : session.replay_report_at;
}

void end_recovery(const Step& step, Session& session) {
  if (step.policy().switching.on_recovery_timeout == OnRecoveryTimeout::terminate) {
    return begin_termination(step, session, Reason::recovery_window_exceeded);
  }
  advance(step, session, Event::recovery_deadline);
  publish(step, session);
}

void report_replays(const Step& step, Session& session) {
  write_event(step, session, "SecurityReplayDetected", Reason::replay_detected,
              {{"count", static_cast<std::int64_t>(session.replays)}});
  session.replays = 0;
  session.replay_report_at = step.now + kReplayReportInterval;
}

}  // namespace

Instant next_deadline_of(const Session& session, const Policy& policy) {
  if (session.handing_over) return session.hand_over_at;
  if (session.is_closing()) {
    return session.closing_retry;
  }
  if (session.pending) return Instant::never();
  return std::min({lifetime_end(session, policy), ttl_end(session, policy),
                   recovery_end(session, policy), volatile_end(session, policy),
                   report_due(session), session.keys.due, session.call_at});
}

void run_deadlines(const Step& step, Session& session) {
  if (next_deadline_of(session, step.policy()) > step.now) return;
  if (session.handing_over) return finish_hand_over(step, session);
  if (session.is_closing()) return retry_termination(step, session);
  if (lifetime_end(session, step.policy()) <= step.now) {
    return begin_termination(step, session, Reason::session_lifetime_exceeded);
  }
  if (ttl_end(session, step.policy()) <= step.now) {
    return begin_termination(step, session, Reason::transport_ttl_exceeded);
  }
  if (recovery_end(session, step.policy()) <= step.now) return end_recovery(step, session);
  if (volatile_end(session, step.policy()) <= step.now) {
    advance(step, session, Event::volatile_too_long);
    return publish(step, session);
  }
  if (session.call_at <= step.now) return call_client(step, session);
  run_rekey(step, session);
  if (report_due(session) <= step.now) report_replays(step, session);
}

}  // namespace jvpn
