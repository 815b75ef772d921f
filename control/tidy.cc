// SPDX-License-Identifier: Apache-2.0
#include "control/tidy.h"

#include "control/limits.h"

namespace jvpn {
namespace {

// A token that could make a decision a second time is too old by then; a round trip is no longer
// than a token lives.
static_assert(kAnswerLife > 3 * kTokenMaxAge && kAnswerLife > kPathCheckLife);

/// A client that wants to hear it again proves its path again, and finds the session moved on. A
/// refusal stays: asked anew with the same bytes, it might become a yes that nobody waits for.
bool is_answer_spent(const Session& session, Instant now) {
  const Boxed<Decision>& decision = session.decision;
  return decision && decision->accepted && now - decision->at >= kAnswerLife;
}

bool are_notices_spent(const Notices& notices, Instant now) {
  const Instant last = std::max({notices.next, notices.credit.since, notices.check.asked_at,
                                 notices.check.answered_at.value_or(Instant{0})});
  return now - last >= kAnswerLife;
}

}  // namespace

void tidy(const Step& step, Session& session, bool has_evidence) {
  if (session.pending) return;  // a revert still speaks of its race
  const Instant now = step.now;
  if (has_evidence) session.done.reset();  // its keys came with DONE
  if (is_answer_spent(session, now)) session.decision.reset();
  if (session.notices && are_notices_spent(*session.notices, now)) session.notices.reset();
  if (session.challenged && now >= session.challenged->until) session.challenged.reset();
  if (session.race && now >= session.race->until) session.race.reset();
  if (session.barred && now >= session.barred->until) session.barred.reset();
  if (session.draining && now >= session.draining->until) session.draining.reset();
  session.candidates.forget_old(now);
  session.switches.forget_old(now);
  session.failures.count(now);
  session.reverts.count(now);
}

}  // namespace jvpn
