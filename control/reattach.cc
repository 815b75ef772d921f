// SPDX-License-Identifier: Apache-2.0
#include "control/reattach.h"

#include "control/bind.h"
#include "control/deadlines.h"
#include "control/limits.h"
#include "control/live_policy.h"
#include "control/path_race.h"
#include "control/path_token.h"
#include "control/reattach_repeat.h"

namespace jvpn {
namespace {

/// How the source of a reattach was shown to be where it says it is.
struct Proof {
  bool by_notice = false;
  MessageNumber request;  ///< the number that its token answers; 0: a notice's, or no token
  Instant asked{0};       ///< when the challenge went out
  Duration rtt{};
};
Proof proof_of(const Ask& ask, Instant now) {
  const Instant asked = issued_at(*ask.token);
  return {ask.token->number == 0, MessageNumber{ask.token->number}, asked, now - asked};
}
Proof proof_of(const Candidate& candidate) {
  return {false, {}, candidate.validated_at, candidate.rtt};
}

Reason check_before_proof(const Step& step, const Session& session, const Ask& ask) {
  const Ends ends = ends_of(session, step.policy(session));
  if (step.now >= std::min(ends.lifetime, ends.ttl)) return Reason::session_expired;
  if (ask.fields.bound_version != session.bound_version) return Reason::stale_state_version;
  if (!ask.of_old_owner && !accepts_key_epoch(session, ask.fields.key_epoch)) {
    return Reason::key_expired;
  }
  if (!is_unicast(ask.from.source)) return Reason::invalid_transport_candidate;
  return Reason::none;
}

bool path_answered(const Step& step, const Session& session, const Ask& ask) {
  if (ask.token == nullptr) return false;
  step.node.token_keys.rotate(step.now);
  const auto purpose = ask.token->number == 0 ? TokenPurpose::notice : TokenPurpose::reattach;
  const TokenScope scope{purpose, session.id, session.version.owner_epoch, ask.from.source};
  const Duration max_age = std::min(step.policy(session).security.challenge_max_age, kTokenMaxAge);
  return path_token_holds(step.node.token_keys, scope, *ask.token, max_age, step.now);
}

/// A request by a path that was validated beforehand needs no challenge.
const Candidate* candidate_of(const Step& step, const Session& session, const Ask& ask) {
  if (ask.token != nullptr) return nullptr;
  return candidate_for(step, session, ask.fields.path, ask.from.source);
}

bool is_bound(const Session& session, const Endpoint& source) {
  return session.binding && session.binding->source == source;
}

Move move_of(const Session& session, const Ask& ask, const Proof& proof) {
  const Binding& last = session.binding.last();
  if (last.source == ask.from.source) return Move::same_source;
  // CONFIRM of a birth names no path: until the first reattach does, a notice can only mean it.
  const bool same_path = last.path ? *last.path == ask.fields.path : proof.by_notice;
  return same_path ? Move::rebind : Move::jump;
}

/// The client may have seen its path die before we do: a link that went down. It is believed, since
/// the limit per minute bounds what it can do with that.
bool path_is_dead(const Session& session, const Ask& ask) {
  return !session.binding || ask.fields.cause == Reason::dead_transport_recovery;
}

PendingBind bind_of(const Session& session, const Ask& ask, const Proof& proof) {
  PendingBind bind;
  bind.to = Binding{ask.from.source, ask.from.underlay, ask.fields.path, {}};
  bind.move = move_of(session, ask, proof);
  bind.by_notice = proof.by_notice;
  bind.number = ask.number;
  bind.request = proof.request;
  bind.cause = ask.fields.cause;
  bind.candidate_count = ask.fields.candidate_count;
  bind.answer_limit = ask.from.wire_size;
  if (ask.of_old_owner) bind.heir_of = ask.fields.ephemeral;
  bind.asked_epoch = ask.fields.key_epoch;
  bind.path_dead = path_is_dead(session, ask);
  return bind;
}

void decide(const Step& step, Session& session, const Ask& ask, const Proof& proof) {
  session.rtt = proof.rtt;
  PendingBind bind = bind_of(session, ask, proof);
  if (bind.by_notice && bind.move == Move::rebind &&
      bound_path_answered_since(session, proof.asked)) {
    return deny_bind(step, session, bind, {Reason::path_race_suspected, kConflictRetryAfter});
  }
  adopt_by_grace(step, session);
  const auto denial =
      session.switches.check(step.policy(session).switching, bind.move, bind.path_dead, step.now);
  if (denial) return deny_bind(step, session, bind, *denial);
  request_bind(step, session, std::move(bind));
}

/// A first sight of a source that asks: it gets a moment to answer before notices go there too.
void greet(const Step& step, Session& session, const Ask& ask) {
  session.challenged = Bar{ask.from.source, step.now + kChallengeQuiet};
  note_attempt(session, ask.from.source, step.now, step.policy(session).switching.recovery_window);
}

}  // namespace

void on_reattach(const Step& step, Session& session, const Ask& ask) {
  if (session.pending) return step.count("bind_under_way");
  if (is_barred(session, ask.from.source, step.now)) return step.count("source_barred");
  if (!admit_reattach(step, ask.from)) return defer_reattach(step, session, ask);
  const Sight sight = admit_number(step, session, ask);
  if (sight == Sight::refused) return;
  if (sight == Sight::decided) return answer_again(step, session, ask);
  const Reason reason = check_before_proof(step, session, ask);
  if (reason != Reason::none) return reject_unproven(step, session, ask, reason);
  if (sight == Sight::first) greet(step, session, ask);
  if (path_answered(step, session, ask)) {
    const Proof proof = proof_of(ask, step.now);
    if (ask.of_old_owner || !is_bound(session, ask.from.source))
      return decide(step, session, ask, proof);
    return confirm_bound(step, session, bind_of(session, ask, proof));
  }
  if (const Candidate* known = candidate_of(step, session, ask)) {
    step.count("candidate_jump");
    return decide(step, session, ask, proof_of(*known));
  }
  challenge(step, session, ask);
}

}  // namespace jvpn
