// SPDX-License-Identifier: Apache-2.0
// Losing the binding, and asking for another one until the gateway grants it.
#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

void LiveSession::on_path(PathId path, Step step) {
  Paths& paths = shared_.paths;
  if (sending_ && !paths.is_usable(*sending_)) sending_.reset();
  if (jump_.is_pending() && !paths.is_usable(jump_.route())) end_jump();
  const std::optional<Route> here = paths.route(path);
  if (!is_lost()) {
    standby_.fit(paths, bound_.path, step.now);
    if (paths.is_usable(bound_)) return;
    if (!here) paths.note_failed(path, step.now);
    lose_binding(step);
    release();  // a CONFIRM by the other path may be under way already
  } else if (retry_at_ != Instant::never()) {
    if (!retry_is_firm_) retry_at_ = step.now;
    return;
  }
  const bool was_asked_long = jump_.is_pending() && jump_.sends() > 1;
  if (!jump_.is_pending() || (was_asked_long && here && here != jump_.route())) {
    seek(here, step);
  } else {
    jump_.hasten(step.now);
  }
}

void LiveSession::on_route_hint(PathId path, Instant now) {
  if (jump_.is_pending() && jump_.route().path == path) jump_.hasten(now);
}

void LiveSession::lose_binding(Step step) {
  lost_at_ = step.now;
  recovery_until_ = step.now + policy_.switching.recovery_window;
  question_at_ = step.now + kQuestionAfter;
  AuditEvent dead = event("TransportDead", Reason::dead_transport_recovery, step.now);
  dead.fields = {{"previous_transport", observed_}};
  step.out.push_back(WriteEvent{std::move(dead)});
  if (track_.state() == State::attached) apply(Event::jump_proven, Reason::none, step);
  apply(Event::transport_dead, Reason::none, step);
}

bool LiveSession::is_forgotten(const Endpoint& there, Instant now) const {
  const bool in_doubt = lost_at_ && question_at_ == Instant::never();
  if (!in_doubt) return false;  // an authentic answer came meanwhile
  return there == bound_.gateway || now - *lost_at_ >= policy_.switching.recovery_window;
}

Jump::Wish LiveSession::wish_for(const Route& route, Reason cause) const {
  Jump::Wish wish;
  wish.cause = cause;
  wish.candidate_count = static_cast<std::uint32_t>(shared_.paths.usable_count());
  wish.highest_sent = traffic_.current().next_counter;
  wish.key_epoch = traffic_.current().epoch();
  wish.owner_silent = route.gateway != bound_.gateway && owner_sends_ >= kOwnerSilentSends;
  return wish;
}

void LiveSession::ask_for(const Route& route, Reason cause, Step step) {
  retry_at_ = Instant::never();
  expected_.reset();
  traffic_.forget_expected();
  const Jump::Wish wish = wish_for(route, cause);
  jump_.request(route, wish, shared_.paths.rtt(route.path), step);
  AuditEvent attempt = event("ReattachAttempt", cause, step.now);
  attempt.fields = {{"path", std::int64_t{route.path.value}},
                    {"source", to_string(route.source)},
                    {"candidate_count", std::int64_t{wish.candidate_count}}};
  step.out.push_back(WriteEvent{std::move(attempt)});
}

/// What a new owner may have offered meanwhile is forgotten: it was never acknowledged.
void LiveSession::end_jump() {
  jump_.finish();
  expected_.reset();
  traffic_.forget_expected();
}

void LiveSession::seek(std::optional<Route> preferred, Step step) {
  const auto target = preferred ? preferred : shared_.paths.select(step.now, bound_.path);
  if (!target) return end_jump();
  if (sending_ && jump_.is_pending() && *sending_ == jump_.route()) sending_.reset();
  ask_for(*target, Reason::dead_transport_recovery, step);
}

void LiveSession::retry_later(const Route& route, Instant at, bool firm) {
  end_jump();
  retry_route_ = route;
  retry_at_ = at;
  retry_is_firm_ = firm;
}

/// Data follows the CONFIRM by its route: the gateway holds what comes before its decision. A new
/// owner has no keys before it decided.
void LiveSession::release() {
  const bool confirmed = jump_.stage() == Jump::Stage::confirmed;
  if (is_lost() && confirmed && !expected_) sending_ = jump_.route();
}

void LiveSession::tick_recovery(Step step) {
  if (track_.state() == State::recovering && step.now >= recovery_until_) {
    if (policy_.switching.on_recovery_timeout == OnRecoveryTimeout::terminate) {
      apply(Event::recovery_deadline_end, Reason::none, step);
      return end(Reason::recovery_window_exceeded);
    }
    apply(Event::recovery_deadline, Reason::none, step);
    const bool is_told = retry_is_firm_ && retry_at_ != Instant::never();
    if (!is_told) retry_later(bound_, step.now + kDegradedRetry, false);
  }
  if (step.now < retry_at_) return;
  retry_at_ = Instant::never();
  if (is_lost() && track_.state() == State::degraded) {
    apply(Event::retry, Reason::none, step);
    recovery_until_ = step.now + policy_.switching.recovery_window;
  }
  const bool usable = shared_.paths.is_usable(retry_route_);
  if (is_lost()) return seek(usable ? std::optional(retry_route_) : std::nullopt, step);
  if (usable) ask_for(retry_route_, Reason::loss_recovery, step);
}

/// The binding lives and the other path does not answer: stay.
void LiveSession::give_up_jump(Step step) {
  AuditEvent failed = event("TransportSwitchFailed", Reason::path_not_validated, step.now);
  failed.fields = {{"path", std::int64_t{jump_.route().path.value}}};
  step.out.push_back(WriteEvent{std::move(failed)});
  if (jump_.route().path != bound_.path) {
    shared_.paths.note_failed(jump_.route().path, step.now);
  }
  choose_at_ = step.now + policy_.switching.switch_cooldown;
  end_jump();
}

void LiveSession::tick_jump(Step step) {
  if (!jump_.is_pending() || step.now < jump_.due()) return;
  if (jump_.is_hastened()) return jump_.repeat(step);
  const bool confirming = jump_.stage() == Jump::Stage::confirmed;
  if (confirming && jump_.sends() < kReattachConfirmSends) return jump_.repeat(step);
  if (!is_lost()) {
    if (!confirming && jump_.sends() < kPlannedRequestSends) return jump_.repeat(step);
    return give_up_jump(step);
  }
  if (jump_.route().gateway == bound_.gateway) owner_sends_ += jump_.sends();
  const std::optional<Route> next = shared_.paths.next_after(jump_.route());
  if (next == jump_.route() && !confirming) return jump_.repeat(step);
  seek(next, step);
}

}  // namespace jvpn::client
