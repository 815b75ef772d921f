// SPDX-License-Identifier: Apache-2.0
#include "control/health.h"

#include <algorithm>

#include "control/advance.h"
#include "control/events.h"
#include "control/live_policy.h"

namespace jvpn {
namespace {

/// What one sample says of the bound path.
struct Picture {
  Duration silence{};  ///< since the last evidence, or since the bind
  bool echoed = false;
  std::optional<double> loss;
  std::uint32_t drops = 0;  ///< heartbeats in a row whose answer did not come back
  std::optional<Duration> latency;
};

/// Each heartbeat brings the round trip of the one before: it counts once.
void measure_latency(BindingHealth& health, const HealthReport& report) {
  if (report.rtt <= Duration::zero() || report.peer_sent == health.measured_at) return;
  health.measured_at = report.peer_sent;
  health.latency.ensured().add(report.rtt);
}

Picture look_at(const Step& step, Session& session, const HealthReport& report) {
  const VolatilityPolicy policy = judged_by(step, session);
  BindingHealth& health = session.health;
  health.delivery.add({step.now, report.peer_sent, report.received_at_ask}, policy.loss_window);
  Picture picture;
  picture.loss = health.delivery.loss(policy.loss_window, step.now);
  health.loss_ratio = picture.loss.value_or(health.loss_ratio);
  picture.echoed = report.evidence_at > session.binding->since;
  picture.silence = step.now - std::max(report.evidence_at, session.binding->since);
  // Before the first echo answers may just be on their way: silence is bounded for itself.
  if (picture.echoed) picture.drops = report.unechoed;
  if (policy.latency_volatile_threshold > Duration::zero()) {
    measure_latency(health, report);
    if (health.latency) picture.latency = health.latency->p95();
  }
  return picture;
}

/// Half the thresholds of entry. Silence is granted one and a half heartbeats at least, else a
/// policy with a tight limit would never find its way back.
bool in_bounds(const VolatilityPolicy& policy, const Picture& picture) {
  const Duration quiet =
      std::min(policy.heartbeat_volatile,
               std::max(policy.heartbeat_volatile / 2, policy.heartbeat_interval * 3 / 2));
  return picture.echoed && picture.silence < quiet &&
         picture.drops <= policy.max_consecutive_drops / 2 &&
         picture.loss.value_or(0) <= policy.loss_volatile_threshold / 2 &&
         picture.latency.value_or(Duration::zero()) <= policy.latency_volatile_threshold / 2;
}

void lose_binding(const Step& step, Session& session, const Picture& picture) {
  if (session.state == State::attached) advance(step, session, Event::evidence_late);
  advance(step, session, Event::transport_dead);
  write_event(step, session, "TransportDead", Reason::dead_transport_recovery,
              {{"transport", session.binding->source},
               {"silent_ms", to_ms(picture.silence)},
               {"loss_ratio", session.health.loss_ratio}});
  session.binding.reset();
  session.unbound_since = step.now;
  if (session.policies.bounds) session.policies.bounds->ttl = {};
  session.draining.reset();
  session.race.reset();
  session.barred.reset();  // the source it kept out may be the only one left
  publish(step, session);
}

std::optional<Event> trouble(const VolatilityPolicy& policy, const Picture& picture) {
  if (picture.loss.value_or(0) > policy.loss_volatile_threshold) return Event::loss_high;
  if (picture.drops >= policy.max_consecutive_drops) return Event::drops_in_row;
  if (picture.silence >= policy.heartbeat_volatile) return Event::evidence_late;
  if (picture.latency && *picture.latency > policy.latency_volatile_threshold) {
    return Event::latency_high;
  }
  return std::nullopt;
}

void notice_trouble(const Step& step, Session& session, const Picture& picture) {
  const std::optional<Event> event = trouble(judged_by(step, session), picture);
  if (!event) return;
  advance(step, session, *event);
  publish(step, session);
}

void notice_recovery(const Step& step, Session& session, const Picture& picture) {
  const VolatilityPolicy policy = judged_by(step, session);
  OptionalInstant& since = session.health.in_bounds_since;
  if (!in_bounds(policy, picture)) return since.reset();
  if (!since) since = step.now;
  if (step.now - *since < policy.stability_window) return;
  advance(step, session, Event::in_bounds);
  publish(step, session);
}

}  // namespace

void judge_health(const Step& step, Session& session, const HealthReport& report) {
  session.bytes_up = report.bytes_up;
  session.bytes_down = report.bytes_down;
  session.metered_up = report.metered_up;
  session.metered_down = report.metered_down;
  if (session.is_closing() || session.pending || !session.binding) return;
  // Until something crosses the present binding, the worker's counts are of the one before: nothing
  // is known of this one but how long it has been silent.
  const bool is_current = report.bound_version == session.bound_version;
  const HealthReport of_binding = is_current ? report : HealthReport{};
  session.evidence_at = of_binding.evidence_at;
  const Picture picture = look_at(step, session, of_binding);
  if (picture.silence >= judged_by(step, session).transport_dead) {
    return lose_binding(step, session, picture);
  }
  if (session.state == State::attached) return notice_trouble(step, session, picture);
  notice_recovery(step, session, picture);
}

}  // namespace jvpn
