// SPDX-License-Identifier: Apache-2.0
// Binding, losing the binding, looking for another one. Health and messages have files of their
// own.
#include "client/live_session.h"

#include "client/timing.h"

namespace jvpn::client {
namespace {

TrafficConfig traffic_config(const Offer& offer) {
  return {offer.ack.suite, offer.client_tag, offer.ack.inner_v4, offer.ack.inner_v6,
          offer.ack.policy.replay_window_packets};
}

}  // namespace

LiveSession::LiveSession(Session session, const Offer& offer, const HandshakeDone& done,
                         Shared shared, Step step)
    : shared_(shared),
      session_(std::move(session)),
      policy_(offer.ack.policy),
      traffic_(traffic_config(offer), offer.roots.traffic, shared.engine, shared.counters),
      health_(policy_.volatility, step.now),
      jump_(session_, shared.random),
      born_at_(step.now),
      bound_(offer.route),
      sending_(offer.route),
      observed_(done.observed) {
  session_.adopt_names(done.tag, done.ticket);
  session_.learn_binding(done.version, done.bound_version);
  step.out.push_back(WriteEvent{event("SessionCreated", Reason::attached_to_transport, step.now)});
  apply(Event::confirmed, Reason::none, step);
  AuditEvent attached = event("TransportAttached", Reason::attached_to_transport, step.now);
  attached.fields = {{"new_transport", to_string(observed_)}};
  step.out.push_back(WriteEvent{std::move(attached)});
}

AuditEvent LiveSession::event(std::string_view type, Reason reason, Instant now) const {
  return {type, reason, session_.id(), session_.version(), now, {}};
}

void LiveSession::apply(Event what, Reason own, Step step) {
  track_.apply(what, own, event({}, Reason::none, step.now), step.out);
}

void LiveSession::count_sent(std::size_t packets) {
  if (jump_.is_pending() && sending_ == jump_.route()) sent_unconfirmed_ += packets;
  health_.count_sent(packets);
}

void LiveSession::count_received(const Route& came_by) {
  if (came_by.path == bound_.path) health_.count_received(1);
}

void LiveSession::on_path(PathId path, Step step) {
  Paths& paths = shared_.paths;
  if (sending_ && !paths.is_usable(*sending_)) sending_.reset();
  if (jump_.is_pending() && !paths.is_usable(jump_.route())) jump_.finish();
  if (!is_lost()) {
    if (paths.is_usable(bound_)) return;
    lose_binding(step);
    release_at_ = step.now;  // a CONFIRM by the other path may be under way already
  } else if (retry_at_ != Instant::never()) {
    if (!retry_is_firm_) retry_at_ = step.now;
    return;
  }
  const std::optional<Route> here = paths.route(path);
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
  dead.fields = {{"previous_transport", to_string(observed_)}};
  step.out.push_back(WriteEvent{std::move(dead)});
  if (track_.state() == State::attached) apply(Event::jump_proven, Reason::none, step);
  apply(Event::transport_dead, Reason::none, step);
}

void LiveSession::ask_for(const Route& route, Reason cause, Step step) {
  retry_at_ = Instant::never();
  const Jump::Wish wish{cause, static_cast<std::uint32_t>(shared_.paths.usable_count()),
                        traffic_.next_counter()};
  jump_.request(route, wish, shared_.paths.rtt(route.path), step);
  AuditEvent attempt = event("ReattachAttempt", cause, step.now);
  attempt.fields = {{"path", std::int64_t{route.path.value}},
                    {"source", to_string(route.source)},
                    {"candidate_count", std::int64_t{wish.candidate_count}}};
  step.out.push_back(WriteEvent{std::move(attempt)});
}

void LiveSession::seek(std::optional<Route> preferred, Step step) {
  const auto target = preferred ? preferred : shared_.paths.select(step.now, bound_.path);
  if (!target) return jump_.finish();
  if (sending_ && jump_.is_pending() && *sending_ == jump_.route()) sending_.reset();
  ask_for(*target, Reason::dead_transport_recovery, step);
}

void LiveSession::retry_later(const Route& route, Instant at, bool firm) {
  jump_.finish();
  retry_route_ = route;
  retry_at_ = at;
  retry_is_firm_ = firm;
}

/// The gateway's clock of versions went back: a copy of an old state answers, not the session's
/// owner.
void LiveSession::roll_back(Step step) {
  step.out.push_back(
      WriteEvent{event("SecurityOwnershipAnomaly", Reason::state_rolled_back, step.now)});
  end(Reason::state_rolled_back);
}

void LiveSession::commit(const ReattachAck& ack, Step step) {
  const bool is_switch = ack.bound_version != session_.bound_version();
  if (is_switch || is_lost()) {
    if (track_.state() == State::attached) apply(Event::jump_proven, Reason::none, step);
    if (track_.state() != State::recovering) {
      apply(is_lost() ? Event::retry : Event::switch_begins, Reason::none, step);
    }
  }
  session_.learn_binding(ack.version, ack.bound_version);
  session_.adopt_names(ack.tag, ack.ticket);
  if (is_switch) tell_switch(ack, step);
  apply(Event::reattached, Reason::none, step);
  bind(ack, step);
}

void LiveSession::tell_switch(const ReattachAck& ack, Step step) {
  AuditEvent told = event("TransportSwitch", jump_.cause(), step.now);
  const Instant since = lost_at_.value_or(jump_.began_at());
  told.fields = {{"previous_transport", to_string(observed_)},
                 {"new_transport", to_string(ack.observed)},
                 {"candidate_count", std::int64_t{jump_.candidate_count()}},
                 {"loss_ratio", health_.loss(step.now)},
                 {"latency_estimate_ms", to_ms(health_.rtt())},
                 {"switch_latency_ms", to_ms(step.now - since)},
                 {"explicit", jump_.origin() == Jump::Origin::own}};
  step.out.push_back(WriteEvent{std::move(told)});
  ++switches_;
}

void LiveSession::bind(const ReattachAck& ack, Step step) {
  bound_ = jump_.route();
  sending_ = bound_;
  observed_ = ack.observed;
  lost_at_.reset();
  retry_at_ = Instant::never();
  stale_answers_ = 0;
  health_ = PathHealth(policy_.volatility, step.now);
  health_.count_sent(sent_unconfirmed_);
  sent_unconfirmed_ = 0;
  jump_.finish();
}

void LiveSession::tick(Step step) {
  if (step.now >= born_at_ + policy_.max_lifetime) return end(Reason::session_lifetime_exceeded);
  if (traffic_.is_exhausted()) return end(Reason::key_expired);
  if (is_lost() && step.now >= *lost_at_ + policy_.transport_lost_ttl) {
    return end(Reason::transport_ttl_exceeded);
  }
  tick_release(step.now);
  tick_recovery(step);
  tick_health(step);
  tick_jump(step);
}

/// The gateway decides on another thread than the one that moves packets: what is quicker than its
/// decision has no binding yet and would be lost.
void LiveSession::tick_release(Instant now) {
  if (now < release_at_) return;
  release_at_ = Instant::never();
  const bool confirmed = jump_.stage() == Jump::Stage::confirmed;
  if (is_lost() && confirmed) sending_ = jump_.route();
}

void LiveSession::tick_recovery(Step step) {
  if (track_.state() == State::recovering && step.now >= recovery_until_) {
    if (policy_.switching.on_recovery_timeout == OnRecoveryTimeout::terminate) {
      apply(Event::recovery_deadline_end, Reason::none, step);
      return end(Reason::recovery_window_exceeded);
    }
    apply(Event::recovery_deadline, Reason::none, step);
    retry_later(bound_, step.now + kDegradedRetry, false);
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

void LiveSession::tick_jump(Step step) {
  if (!jump_.is_pending() || step.now < jump_.due()) return;
  if (jump_.is_hastened()) return jump_.repeat(step);
  const bool confirming = jump_.stage() == Jump::Stage::confirmed;
  if (confirming && jump_.sends() < kReattachConfirmSends) return jump_.repeat(step);
  if (!is_lost()) {
    if (!confirming && jump_.sends() < kPlannedRequestSends) return jump_.repeat(step);
    // The binding lives and the other path does not answer: stay.
    AuditEvent failed = event("TransportSwitchFailed", Reason::path_not_validated, step.now);
    failed.fields = {{"path", std::int64_t{jump_.route().path.value}}};
    step.out.push_back(WriteEvent{std::move(failed)});
    if (jump_.route() != bound_) shared_.paths.avoid(jump_.route().path, step.now + kAvoidPath);
    return jump_.finish();
  }
  const std::optional<Route> next = shared_.paths.next_after(jump_.route().path);
  if (next == jump_.route() && !confirming) return jump_.repeat(step);
  seek(next, step);
}

Instant LiveSession::next_deadline(Instant now) const {
  Instant next = born_at_ + policy_.max_lifetime;
  const auto sooner = [&](Instant at) { next = std::min(next, at); };
  sooner(jump_.due());
  sooner(retry_at_);
  sooner(release_at_);
  sooner(question_at());
  if (is_lost()) sooner(*lost_at_ + policy_.transport_lost_ttl);
  if (!is_lost()) sooner(health_.next_deadline(now));
  if (track_.state() == State::recovering) sooner(recovery_until_);
  if (track_.state() == State::volatile_) {
    sooner(track_.since() + policy_.volatility.volatile_to_degraded);
  }
  return next;
}

SealedMessage LiveSession::seal_terminate(Reason reason) {
  return session_.seal(Terminate{reason, session_.version()}, {}, 0, shared_.random);
}

void LiveSession::finish(Reason reason, Step step) {
  apply(Event::ended, reason, step);
  AuditEvent told = event("SessionTerminated", reason, step.now);
  told.fields = {{"session_age_ms", to_ms(step.now - born_at_)},
                 {"transportless_age_ms", is_lost() ? to_ms(step.now - *lost_at_) : 0},
                 {"total_switches", std::int64_t{switches_}}};
  step.out.push_back(WriteEvent{std::move(told)});
}

}  // namespace jvpn::client
