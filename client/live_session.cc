// SPDX-License-Identifier: Apache-2.0
// Birth, deadlines and end of a live session. Each concern has a file of its own.
#include "client/live_session.h"

#include "client/timing.h"

namespace jvpn::client {
namespace {

TrafficConfig traffic_config(const Offer& offer, const std::vector<IpPrefix>& prefixes) {
  return {.suite = offer.ack.suite,
          .client_tag = offer.client_tag,
          .inner_v4 = offer.ack.inner_v4,
          .inner_v6 = offer.ack.inner_v6,
          .prefixes = prefixes,
          .replay_window = offer.ack.policy.replay_window_packets,
          .budget = budget_of(offer.ack.suite)};
}

}  // namespace

LiveSession::LiveSession(Session session, const Offer& offer, const HandshakeDone& done,
                         Shared shared, Step step)
    : shared_(shared),
      session_(std::move(session)),
      policy_(offer.ack.policy),
      traffic_(traffic_config(offer, shared.prefixes), offer.roots.traffic.clone(), shared.engine,
               shared.counters),
      health_(policy_.volatility, step.now),
      jump_(session_, shared.random),
      rekey_(session_, traffic_, shared.random),
      key_age_(session_.id()),
      standby_(policy_.transport, policy_.volatility.stability_window),
      born_at_(step.now),
      bound_(offer.route),
      sending_(offer.route),
      observed_(done.observed),
      choose_at_(step.now + policy_.volatility.stability_window),
      heartbeat_at_(step.now) {
  session_.adopt(done);
  step.out.push_back(WriteEvent{event("SessionCreated", Reason::attached_to_transport, step.now)});
  apply(Event::confirmed, Reason::none, step);
  AuditEvent attached = event("TransportAttached", Reason::attached_to_transport, step.now);
  attached.fields = {{"new_transport", observed_}};
  step.out.push_back(WriteEvent{std::move(attached)});
}

AuditEvent LiveSession::event(std::string_view type, Reason reason, Instant now) const {
  return {type, reason, session_.id(), session_.version(), now, {}};
}

void LiveSession::apply(Event what, Reason own, Step step) {
  track_.apply(what, own, event({}, Reason::none, step.now), step.out);
}

void LiveSession::send(const Route& route, const MessageBody& body, MessageNumber answers,
                       Step step) {
  const std::size_t size = std::holds_alternative<PathProbe>(body) ? kRequestSize : 0;
  SealedMessage message = session_.seal(body, answers, size, shared_.random);
  step.out.push_back(SendDatagram{route, std::move(message.datagram)});
}

void LiveSession::count_sent(std::size_t packets) {
  if (jump_.is_pending() && sending_ == jump_.route()) sent_unconfirmed_ += packets;
  data_sent_ += packets;
  health_.count_sent(packets);
}

void LiveSession::count_received(const Route& came_by) {
  if (came_by.path == bound_.path) health_.count_received(1);
}

void LiveSession::on_gap(Duration gap, Step step) {
  standby_.forget(step.now);
  if (is_lost()) {
    if (jump_.is_pending()) jump_.hasten(step.now);
    if (!retry_is_firm_) retry_at_ = std::min(retry_at_, step.now);
  } else if (gap < limits().transport_dead) {
    health_.forget_silence(step.now);
  } else {  // the gateway heard nothing for as long: it has taken the binding away
    end_jump();
    apply(Event::evidence_late, Reason::none, step);
    lose_binding(step);
    seek(shared_.paths.is_usable(bound_) ? std::optional(bound_) : std::nullopt, step);
  }
  if (is_lost() && gap >= policy_.transport_lost_ttl) question_at_ = step.now;
}

void LiveSession::tick(Step step) {
  if (step.now >= born_at_ + policy_.max_lifetime) return end(Reason::session_lifetime_exceeded);
  if (is_lost() && step.now >= *lost_at_ + policy_.transport_lost_ttl) {
    return end(Reason::transport_ttl_exceeded);
  }
  tick_keys(step);
  if (end_) return;
  tick_recovery(step);
  tick_health(step);
  tick_standby(step);
  tick_jump(step);
}

Instant LiveSession::next_deadline(Instant now) const {
  Instant next = born_at_ + policy_.max_lifetime;
  const auto sooner = [&](Instant at) { next = std::min(next, at); };
  sooner(jump_.due());
  sooner(retry_at_);
  sooner(question_at());
  sooner(retire_keys_at_);
  if (sending_) sooner(rekey_.next_deadline(key_need_ == KeyNeed::renewal));
  if (is_lost()) sooner(*lost_at_ + policy_.transport_lost_ttl);
  if (!is_lost()) sooner(health_.next_deadline(now));
  if (!is_lost()) sooner(standby_.next_deadline());
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
                 {"total_switches", std::int64_t{switches_.total()}}};
  step.out.push_back(WriteEvent{std::move(told)});
}

}  // namespace jvpn::client
