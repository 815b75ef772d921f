// SPDX-License-Identifier: Apache-2.0
#include "control/notice.h"

#include <algorithm>

#include "control/limits.h"
#include "control/outbox.h"
#include "control/path_race.h"
#include "control/path_token.h"

namespace jvpn {
namespace {

/// Why no notice goes to this source now, or nothing.
const char* refusal(const Step& step, const Session& session, const Endpoint& source) {
  if (session.is_closing()) return "notice_while_closing";
  if (session.pending) return "bind_under_way";
  const SessionView view = view_of(step, session);
  if (role_of(view, source, step.now) != SourceRole::unbound) return "notice_overtaken";
  if (is_barred(session, source, step.now)) return "source_barred";
  if (session.notices && step.now < session.notices->next) return "notice_rate_limited";
  const auto& asked = session.challenged;
  if (asked && asked->source == source && step.now < asked->until) return "notice_overtaken";
  return nullptr;
}

bool is_waiting(const Session& session, Instant now) {
  if (!session.notices) return false;
  const PathCheck& check = session.notices->check;
  return check.waiting &&
         now - check.asked_at < std::max<Duration>(kPathCheckLife, 3 * session.rtt);
}

/// A flow of packets smaller than a notice earns one within a few of them.
std::size_t earn(Session& session, const Arrival& from, Instant now) {
  Credit& credit = session.notices.ensured().credit;
  if (credit.source != from.source || now - credit.since > kCreditLife) {
    credit = {from.source, 0, now};
  }
  credit.bytes += from.wire_size;
  return credit.bytes;
}

TokenScope check_scope(const Session& session, const Endpoint& source) {
  return {TokenPurpose::bound_path, session.id, session.version.owner_epoch, source};
}

void check_bound_path(const Step& step, Session& session) {
  if (!session.binding) return;
  if (!is_waiting(session, step.now)) {
    session.notices->check.asked_at = step.now;
    session.notices->check.waiting = true;
  }
  step.node.token_keys.rotate(step.now);
  const Endpoint& source = session.binding->source;
  const PathChallenge challenge{
      source,
      make_path_token(step.node.token_keys.current(), check_scope(session, source), {}, step.now)};
  send(step, session, along(*session.binding), challenge);
}

/// After too many reverts a notice waits until the bound path has stayed silent for 1.5 RTT.
bool bound_path_comes_first(const Step& step, Session& session) {
  if (!session.binding || session.reverts.count(step.now) < kMaxRevertsPerMin) return false;
  return !is_waiting(session, step.now) ||
         step.now - session.notices->check.asked_at < session.rtt * 3 / 2;
}

void notify(const Step& step, Session& session, const Arrival& from) {
  step.node.token_keys.rotate(step.now);
  const TokenScope scope{TokenPurpose::notice, session.id, session.version.owner_epoch,
                         from.source};
  UnboundNotice notice;
  notice.observed = from.source;
  notice.token = make_path_token(step.node.token_keys.current(), scope, MessageNumber{}, step.now);
  notice.bound_version = session.bound_version;
  const Route route{.to = from.source, .underlay = from.underlay, .limit = kSmallAnswerSize};
  if (!send(step, session, route, notice)) return;
  session.notices->credit.bytes -= kSmallAnswerSize;
  step.count("notice_sent");
  note_attempt(session, from.source, step.now, step.policy(session).switching.recovery_window);
}

}  // namespace

void on_unbound_source(const Step& step, Session& session, const Arrival& from) {
  const std::size_t earned = earn(session, from, step.now);
  if (const char* why = refusal(step, session, from.source)) return step.count(why);
  if (earned < kSmallAnswerSize) return step.count("notice_not_earned");
  if (!admit_notice(step, from)) return;
  session.notices->next = step.now + std::max<Duration>(kNoticeInterval, session.rtt);
  const bool wait = bound_path_comes_first(step, session);
  check_bound_path(step, session);
  if (wait) return step.count("notice_after_path_check");
  notify(step, session, from);
}

void on_path_response(const Step& step, Session& session, const PathResponse& response,
                      const Endpoint& source) {
  step.node.token_keys.rotate(step.now);
  const Duration max_age = std::max<Duration>(kPathCheckLife, 3 * session.rtt);
  if (!session.notices || !session.notices->check.waiting ||
      !path_token_holds(step.node.token_keys, check_scope(session, source), response.token, max_age,
                        step.now)) {
    return step.count("path_response_unasked");
  }
  PathCheck& check = session.notices->check;
  if (revert_if_raced(step, session, source)) {
    check.waiting = false;
    return;
  }
  if (!session.binding || source != session.binding->source) {
    return step.count("path_response_elsewhere");
  }
  check.waiting = false;
  check.answered_at = step.now;
}

}  // namespace jvpn
