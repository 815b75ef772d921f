// SPDX-License-Identifier: Apache-2.0
#include "control/reattach.h"

#include "control/bind.h"
#include "control/limits.h"
#include "control/path_race.h"
#include "control/path_token.h"
#include "control/reattach_repeat.h"

namespace jvpn {
namespace {

bool is_unicast(const Endpoint& source) {
  if (source.is_unset() || source.port == 0) return false;
  if (!source.address.is_v4()) return source.address.bytes[0] != 0xff;
  const std::uint8_t first = source.address.v4_octets()[0];
  return first != 0 && first < 224;
}

Reason check_before_proof(const Step& step, const Session& session, const Ask& ask) {
  const Policy& policy = step.policy();
  if (step.now - session.born >= policy.session.max_lifetime) return Reason::session_expired;
  if (!session.binding && step.now - session.unbound_since >= policy.session.transport_lost_ttl) {
    return Reason::session_expired;
  }
  if (ask.fields.bound_version != session.bound_version) return Reason::stale_state_version;
  if (ask.fields.key_epoch != session.key_epoch) return Reason::key_expired;
  if (!is_unicast(ask.from.source)) return Reason::invalid_transport_candidate;
  return Reason::none;
}

bool path_answered(const Step& step, const Session& session, const Ask& ask) {
  if (ask.token == nullptr) return false;
  step.node.token_keys.rotate(step.now);
  const auto purpose = ask.token->number == 0 ? TokenPurpose::notice : TokenPurpose::reattach;
  const TokenScope scope{purpose, session.id, session.version.owner_epoch, ask.from.source};
  const Duration max_age = std::min(step.policy().security.challenge_max_age, kTokenMaxAge);
  return path_token_holds(step.node.token_keys, scope, *ask.token, max_age, step.now);
}

bool is_bound(const Session& session, const Endpoint& source) {
  return session.binding && session.binding->source == source;
}

Move move_of(const Session& session, const Ask& ask) {
  const Binding& last = session.last_binding;
  if (last.source == ask.from.source) return Move::same_source;
  const bool by_notice = ask.token->number == 0;
  // CONFIRM of a birth names no path: until the first reattach does, a notice can only mean it.
  const bool same_path = last.path ? *last.path == ask.fields.path : by_notice;
  return same_path ? Move::rebind : Move::jump;
}

PendingBind bind_of(const Session& session, const Ask& ask) {
  PendingBind bind;
  bind.to = Binding{ask.from.source, ask.from.underlay, ask.fields.path, {}};
  bind.move = move_of(session, ask);
  bind.by_notice = ask.token->number == 0;
  bind.number = ask.number;
  bind.request = MessageNumber{ask.token->number};
  bind.cause = ask.fields.cause;
  bind.candidate_count = ask.fields.candidate_count;
  bind.answer_limit = ask.from.wire_size;
  return bind;
}

/// The client may have seen its path die before we do: a link that went down. It is believed, since
/// the limit per minute bounds what it can do with that.
bool path_is_dead(const Session& session, const Ask& ask) {
  return !session.binding || ask.fields.cause == Reason::dead_transport_recovery;
}

void decide(const Step& step, Session& session, const Ask& ask) {
  session.rtt = std::chrono::milliseconds(token_clock_ms(step.now) - ask.token->issued_ms);
  PendingBind bind = bind_of(session, ask);
  if (bind.by_notice && bind.move == Move::rebind &&
      bound_path_answered_since(session, *ask.token)) {
    return deny_bind(step, session, bind, {Reason::path_race_suspected, kConflictRetryAfter});
  }
  const auto denial = session.switches.check(step.policy().switching, bind.move,
                                             path_is_dead(session, ask), step.now);
  if (denial) return deny_bind(step, session, bind, *denial);
  request_bind(step, session, std::move(bind));
}

/// A first sight of a source that asks: it gets a moment to answer before notices go there too.
void greet(const Step& step, Session& session, const Ask& ask) {
  session.challenged = Bar{ask.from.source, step.now + kChallengeQuiet};
  note_attempt(session, ask.from.source, step.now, step.policy().switching.recovery_window);
}

}  // namespace

void on_reattach(const Step& step, Session& session, const Ask& ask) {
  if (session.pending) return step.count("bind_under_way");
  if (is_barred(session, ask.from.source, step.now)) return step.count("source_barred");
  const Sight sight = admit_number(step, session, ask);
  if (sight == Sight::refused) return;
  if (sight == Sight::decided) return answer_again(step, session, ask);
  const Reason reason = check_before_proof(step, session, ask);
  if (reason != Reason::none) return reject_unproven(step, session, ask, reason);
  if (sight == Sight::first) greet(step, session, ask);
  if (path_answered(step, session, ask)) {
    if (!is_bound(session, ask.from.source)) return decide(step, session, ask);
    return confirm_bound(step, session, bind_of(session, ask));
  }
  challenge(step, session, ask);
}

}  // namespace jvpn
