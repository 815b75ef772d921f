// SPDX-License-Identifier: Apache-2.0
#include "control/reattach_repeat.h"

#include "control/limits.h"
#include "control/outbox.h"
#include "control/ownership/owner_keys.h"
#include "control/path_token.h"

namespace jvpn {
namespace {

bool is_decided(const Session& session, const Ask& ask) {
  const Boxed<Decision>& decision = session.decision;
  if (!decision) return false;
  if (ask.number == decision->number) return true;
  return ask.token == nullptr && decision->request.value != 0 && ask.number == decision->request;
}

bool admit_repeat(const Step& step, Session& session) {
  if (session.repeats.take(kRepeatAnswers, step.now)) return true;
  step.count(Reason::rate_limited);
  return false;
}

void note_replay(const Step& step, Session& session) {
  step.count(Reason::replay_detected);
  Replays& replays = session.replays.ensured();
  if (++replays.untold == 1) {
    replays.report_at = std::max(replays.report_at, step.now);
  }
}

void say_no(const Step& step, Session& session, const Ask& ask, const Denial& denial) {
  const ReattachReject body{denial.reason, session.version, session.bound_version,
                            static_cast<std::uint32_t>(to_ms(denial.retry_after))};
  send(step, session, back_to(ask.from), body, ask.number);
}

}  // namespace

Sight admit_number(const Step& step, Session& session, const Ask& ask) {
  const std::uint64_t number = ask.number.value;
  if (number > session.reattach.seen) {
    session.reattach.seen = number;
    return Sight::first;
  }
  if (is_decided(session, ask)) {
    return admit_repeat(step, session) ? Sight::decided : Sight::refused;
  }
  if (number == session.reattach.seen) {
    return admit_repeat(step, session) ? Sight::again : Sight::refused;
  }
  if (number > session.decided.value) {
    step.count(Reason::stale_request);
  } else {
    note_replay(step, session);
  }
  return Sight::refused;
}

void answer_again(const Step& step, Session& session, const Ask& ask) {
  const Decision& decision = *session.decision;
  const bool same_source = ask.from.source == decision.source;
  if (!decision.accepted) {
    if (same_source) send(step, back_to(ask.from), decision.answer);
    return step.count("answered_again");
  }
  if (!session.binding || session.bound_version != decision.bound_version) {
    return reject_unproven(step, session, ask, Reason::stale_state_version);
  }
  if (same_source) {
    step.count("answered_again");
    send(step, back_to(ask.from), decision.answer);
    return;
  }
  challenge(step, session, ask);
}

void challenge(const Step& step, Session& session, const Ask& ask) {
  if (ask.token != nullptr) {
    step.count(Reason::path_not_validated);
    ConfirmChallenges& given = session.confirm_challenges.ensured();
    if (given.number != ask.number) given = {ask.number, 0};
    if (given.given >= kMaxChallengesPerConfirm) return step.count("challenges_spent");
    ++given.given;
  }
  step.node.token_keys.rotate(step.now);
  const TokenScope scope{TokenPurpose::reattach, session.id, session.version.owner_epoch,
                         ask.from.source};
  const ReattachChallenge body{
      ask.from.source, make_path_token(step.node.token_keys.current(), scope, ask.number, step.now),
      step.node.owner(),
      ask.of_old_owner
          ? owner_ephemeral(step.node, session.id, session.version.owner_epoch).public_key
          : PublicKey{}};
  send(step, session, back_to(ask.from), body, ask.number);
}

void reject_unproven(const Step& step, Session& session, const Ask& ask, Reason reason) {
  step.count(reason);
  say_no(step, session, ask, {reason, {}});
}

void defer_reattach(const Step& step, Session& session, const Ask& ask) {
  if (ask.number.value < session.reattach.seen) return;  // nobody waits for its answer
  if (!admit_repeat(step, session)) return;
  say_no(step, session, ask, {Reason::rate_limited, kRateRetryAfter});
}

}  // namespace jvpn
