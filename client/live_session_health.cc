// SPDX-License-Identifier: Apache-2.0
// Heartbeats and what follows from them.
#include "client/live_session.h"
#include "client/timing.h"

namespace jvpn::client {

/// The policy's limits, stretched as a gateway with many sessions asks.
VolatilityPolicy LiveSession::limits() const {
  VolatilityPolicy limits = policy_.volatility;
  limits.heartbeat_interval *= stretch_;
  limits.heartbeat_volatile *= stretch_;
  limits.transport_dead *= stretch_;
  return limits;
}

void LiveSession::set_stretch(std::uint8_t stretch) {
  if (stretch == 0 || stretch == stretch_) return;
  stretch_ = stretch;
  health_.set_policy(limits());
}

void LiveSession::send_heartbeat(Step step) {
  const auto nonce = load<BigEndian<std::uint64_t>>(shared_.random.draw<8>().data());
  Heartbeat heartbeat = health_.ask(nonce, step.now);
  heartbeat.path = bound_.path;
  heartbeat.version = session_.version();
  silence_ = data_sent_ == data_sent_then_ ? step.now - heartbeat_at_ : Duration{};
  data_sent_then_ = data_sent_;
  heartbeat_at_ = step.now;
  const Duration interval = limits().heartbeat_interval;
  health_.ask_at(step.now + shared_.paths.keepalive(bound_.path).interval(interval));
  std::vector<std::uint8_t> datagram(kHeartbeatSize);
  const std::span<std::uint8_t, kHeartbeatSize> out(datagram.data(), kHeartbeatSize);
  if (!traffic_.seal_heartbeat(heartbeat, session_.gateway_tag(), out)) return;
  step.out.push_back(SendDatagram{bound_, std::move(datagram)});
}

void LiveSession::on_heartbeat(ByteView inner, const Route& came_by, Step step) {
  const std::optional<Heartbeat> reply = read_heartbeat(inner);
  if (!reply || came_by.path != bound_.path || is_lost()) return ignore();
  const std::optional<Duration> rtt = health_.on_reply(*reply, step.now);
  if (!rtt) return ignore();
  ++shared_.counters.heartbeats;
  shared_.paths.note_rtt(bound_.path, health_.rtt());
  shared_.paths.keepalive(bound_.path).on_survived(silence_, limits().heartbeat_interval);
  set_stretch(reply->stretch);
  if (!session_.learn_version(reply->version)) roll_back(step);
}

void LiveSession::tick_health(Step step) {
  if (is_lost()) return;
  if (step.now >= health_.next_ask()) send_heartbeat(step);
  health_.observe(step.now);
  if (const std::optional<Event> trigger = health_.trigger(step.now)) {
    on_trigger(*trigger, step);
  } else if (health_.is_stable(step.now)) {
    apply(Event::in_bounds, Reason::none, step);
  }
  const Instant degraded_at = track_.since() + policy_.volatility.volatile_to_degraded;
  if (track_.state() == State::volatile_ && step.now >= degraded_at) {
    apply(Event::volatile_too_long, Reason::none, step);
    if (health_.trigger(step.now)) escape(step);
  }
}

void LiveSession::on_trigger(Event trigger, Step step) {
  if (trigger == Event::transport_dead) {
    apply(Event::evidence_late, Reason::none, step);
    const bool asking_elsewhere = jump_.is_pending() && jump_.route() != bound_;
    shared_.paths.note_failed(bound_.path, step.now);
    lose_binding(step);
    if (!asking_elsewhere) return seek(std::nullopt, step);
    return release();
  }
  if (track_.state() != State::attached) return;
  apply(trigger, Reason::none, step);
  // Silence is reason enough to try another path; loss and latency get time to pass, unless a path
  // that is measured to be better stands by (live_session_standby.cc).
  if (trigger == Event::drops_in_row || trigger == Event::evidence_late) escape(step);
}

void LiveSession::escape(Step step) {
  if (jump_.is_pending() || retry_at_ != Instant::never()) return;
  const std::optional<Route> other = shared_.paths.select(step.now, bound_.path);
  if (!other || other->path == bound_.path) return;
  shared_.paths.note_failed(bound_.path, step.now);
  ask_for(*other, Reason::loss_recovery, step);
}

}  // namespace jvpn::client
