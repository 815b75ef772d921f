// SPDX-License-Identifier: Apache-2.0
#include "control/admission.h"

#include "base/cursor.h"
#include "control/events.h"
#include "session/core/cookie.h"

namespace jvpn {
namespace {

PrefixRates rates_of(std::uint32_t per_source, std::uint64_t total) {
  return {per_second(per_source), per_second(std::uint64_t{per_source} * kSourcesPerNetwork),
          per_second(total)};
}

PrefixRates handshake_rates(const LimitsPolicy& limits) {
  return rates_of(limits.handshakes_per_source_per_s, std::max(1u, limits.handshakes_per_s / 2));
}

Mac cookie_for(const Key32& key, const Arrival& from) {
  Bytes<18> source{};
  ByteWriter(source).bytes(from.source.address.bytes).number(from.source.port);
  return mac(key.view(), source);
}

bool has_cookie(const Step& step, const InitFrame& frame, const Arrival& from) {
  step.node.admission.cookie_keys.rotate(step.now);
  for (const Key32* key : step.node.admission.cookie_keys.keys()) {
    if (mac_equals(frame.mac2, mac2_of(cookie_for(*key, from), frame.before_mac2))) return true;
  }
  return false;
}

void send_cookie(const Step& step, const InitFrame& frame, const Arrival& from,
                 Duration retry_after) {
  Admission& admission = step.node.admission;
  if (!admission.cookies.take(kCookieReplies, step.now)) return step.count("cookie_rate_limited");
  admission.cookie_keys.rotate(step.now);
  const CookieReply reply{cookie_for(admission.cookie_keys.current(), from), retry_after};
  const CookieScope scope{frame.attempt, frame.mac1, step.node.config.key.public_key};
  std::vector<std::uint8_t> datagram =
      write_cookie_reply(reply, scope, step.node.random.draw<kSealNonceSize>());
  if (datagram.size() > from.wire_size) return step.count("answer_too_long");
  step.count("cookie_sent");
  step.out.push_back(SendDatagram{from.underlay, from.source, std::move(datagram)});
}

/// False: nothing but its address was shown to be true, and that is not enough now.
bool admit_unproven(const Step& step, const Arrival& from) {
  Admission& admission = step.node.admission;
  if (admission.load.is_loaded()) return false;
  return admission.unproven.admit(from.source.address, handshake_rates(step.policy().limits),
                                  step.now);
}

bool admit_proven(const Step& step, const Arrival& from) {
  const PrefixRates rates = handshake_rates(step.policy().limits);
  if (step.node.admission.proven.admit(from.source.address, rates, step.now)) return true;
  step.count("handshake_rate_limited");
  step.node.admission.reports.note(Limit::handshakes, step.now);
  return false;
}

/// Under load the larger part of the time belongs to sessions that live already.
bool leaves_room_for_reattaches(const Step& step) {
  Admission& admission = step.node.admission;
  if (!admission.load.is_loaded()) return true;
  const std::uint32_t share = std::max(1u, step.policy().limits.handshakes_per_s / kBirthShare);
  if (admission.births_under_load.take(per_second(share), step.now)) return true;
  admission.reports.note(Limit::births_under_load, step.now);
  return false;
}

bool admit_by(const Step& step, bool admitted, Limit limit) {
  if (admitted) return true;
  step.count(Reason::rate_limited);
  step.node.admission.reports.note(limit, step.now);
  return false;
}

}  // namespace

Admission::Admission(RandomSource& random)
    : cookie_keys(random, kCookieLife),
      unproven(random, kPrefixBuckets),
      proven(random, kPrefixBuckets),
      confirms(random, kPrefixBuckets),
      reattaches(random, kPrefixBuckets),
      notices(random, kPrefixBuckets) {}

bool admit_init(const Step& step, const InitFrame& frame, const Arrival& from) {
  if (!has_cookie(step, frame, from)) {
    if (admit_unproven(step, from)) return true;
    step.count("cookie_demanded");
    send_cookie(step, frame, from, Duration::zero());
    return false;
  }
  if (!admit_proven(step, from)) return false;
  if (leaves_room_for_reattaches(step)) return true;
  defer_init(step, frame, from);
  return false;
}

bool admit_confirm(const Step& step, const Arrival& from) {
  const LimitsPolicy& limits = step.policy().limits;
  const PrefixRates rates = rates_of(limits.handshakes_per_source_per_s,
                                     std::uint64_t{limits.handshakes_per_s} * kConfirmsPerBirth);
  if (step.node.admission.confirms.admit(from.source.address, rates, step.now)) return true;
  step.count("handshake_rate_limited");
  step.node.admission.reports.note(Limit::handshakes, step.now);
  return false;
}

bool admit_reattach(const Step& step, const Arrival& from) {
  const LimitsPolicy& limits = step.policy().limits;
  const PrefixRates rates = rates_of(limits.reattaches_per_source_per_s, limits.reattaches_per_s);
  return admit_by(step, step.node.admission.reattaches.admit(from.source.address, rates, step.now),
                  Limit::reattaches);
}

bool admit_notice(const Step& step, const Arrival& from) {
  const LimitsPolicy& limits = step.policy().limits;
  const PrefixRates rates = rates_of(limits.reattaches_per_source_per_s, limits.notices_per_s);
  return admit_by(step, step.node.admission.notices.admit(from.source.address, rates, step.now),
                  Limit::notices);
}

bool admit_probe(const Step& step) {
  const Rate rate = per_second(step.policy().limits.probes_per_s);
  return admit_by(step, step.node.admission.probes.take(rate, step.now), Limit::probes);
}

bool has_room(const Step& step, const Arrival& from) {
  const LimitsPolicy& limits = step.policy().limits;
  const SessionIndex& sessions = step.node.sessions;
  if (sessions.size() >= limits.sessions) {
    step.node.admission.reports.note(Limit::sessions, step.now);
  } else if (sessions.count_from(network_of(from.source.address)) >= limits.sessions_per_prefix) {
    step.node.admission.reports.note(Limit::sessions_per_prefix, step.now);
  } else {
    return true;
  }
  step.count("no_room_for_session");
  return false;
}

void defer_init(const Step& step, const InitFrame& frame, const Arrival& from) {
  step.count(Reason::admission_deferred);
  // Spread by the attempt's random name, so that those who wait do not come again together.
  const Duration spread = std::chrono::milliseconds(frame.attempt.value() % 4000);
  send_cookie(step, frame, from, 1s + spread);
}

void report_limits(const Step& step) {
  for (;;) {
    const RateReport report = step.node.admission.reports.take_due(step.now);
    if (report.count == 0) return;
    write_node_event(step, "RateLimited", Reason::rate_limited,
                     {{"limit", std::string(to_string(report.limit))},
                      {"count", static_cast<std::int64_t>(report.count)}});
  }
}

}  // namespace jvpn
