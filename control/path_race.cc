// SPDX-License-Identifier: Apache-2.0
#include "control/path_race.h"

#include <algorithm>

#include "base/ensure.h"
#include "control/bind.h"
#include "control/events.h"
#include "control/limits.h"
#include "control/path_token.h"
#include "session/core/wire.h"

namespace jvpn {

Duration overlap_of(const Session& session, const Policy& policy) {
  return std::max(policy.switching.drain, 2 * session.rtt);
}

void watch_for_race(const Step& step, Session& session, const PendingBind& bind,
                    const CurrentBinding& old) {
  session.race.reset();
  if (!bind.by_notice || bind.move != Move::rebind || !old) return;
  session.race = RaceWatch{*old, bind.move, step.now + overlap_of(session, step.policy(session))};
}

bool revert_if_raced(const Step& step, Session& session, const Endpoint& source) {
  if (!session.race || session.pending || !session.binding) return false;
  if (source != session.race->old.source || step.now >= session.race->until) return false;
  if (session.reverts.count(step.now) >= kMaxRevertsPerMin) {
    step.count("revert_rate_limited");
    return false;
  }
  PendingBind bind;
  bind.to = session.race->old;
  bind.move = session.race->move;
  bind.revert = true;
  bind.number = session.decided;
  if (session.decision) bind.request = session.decision->request;
  bind.answer_limit = kMaxControlSize;
  session.barred = Bar{session.binding->source, step.now + kBarTime};
  request_bind(step, session, std::move(bind));
  return true;
}

void settle_race(const Step& step, Session& session) {
  ensure(session.race && session.barred, "a revert follows a race");
  session.switches.reverted(session.race->move);
  --session.total_switches;
  session.reverts.add(step.now);
  session.draining.reset();
  session.race.reset();
  write_event(step, session, "SecurityPathRaceSuspected", Reason::path_race_suspected,
              {{"kept_transport", session.binding->source},
               {"barred_transport", session.barred->source},
               {"barred_ms", to_ms(kBarTime)}});
}

bool bound_path_answered_since(const Session& session, Instant issued) {
  if (!session.binding || !session.notices) return false;
  const std::optional<Instant>& answered = session.notices->check.answered_at;
  return answered && *answered - issued >= 1ms;
}

bool is_barred(const Session& session, const Endpoint& source, Instant now) {
  return session.barred && session.barred->source == source && now < session.barred->until;
}

}  // namespace jvpn
