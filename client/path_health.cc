// SPDX-License-Identifier: Apache-2.0
#include "client/path_health.h"

#include <algorithm>

namespace jvpn::client {
namespace {

constexpr std::uint64_t kMinLossSamples = 20;
constexpr std::size_t kMinLatencySamples = 8;

/// Share of `sent` that was not received; 0 where there is too little to judge by.
double lost_share(std::uint64_t sent, std::uint64_t received) {
  if (sent < kMinLossSamples || received >= sent) return 0.0;
  return static_cast<double>(sent - received) / static_cast<double>(sent);
}

/// The commit has just shown that the path works, and when all clients of a gateway jump at once,
/// it has enough to do: the first heartbeat waits. Not for long: what the gateway takes for
/// evidence is the echo in our second one, an interval later, and it must come well before its
/// patience ends.
Duration first_wait(const VolatilityPolicy& policy) {
  const Duration spare = policy.heartbeat_volatile - policy.heartbeat_interval;
  return std::min(spare / 4, policy.heartbeat_interval);
}

}  // namespace

// The commit that made the binding is evidence: its answer came back over this path.
PathHealth::PathHealth(const VolatilityPolicy& policy, Instant bound_at)
    : policy_(policy),
      next_ask_(bound_at + first_wait(policy)),
      evidence_at_(bound_at),
      good_since_(bound_at) {}

Heartbeat PathHealth::ask(std::uint64_t nonce, Instant now) {
  next_ask_ = now + policy_.heartbeat_interval;
  ++sent_;
  asks_[ask_count_++ % kRing] = {nonce, now, sent_, false};
  Heartbeat heartbeat;
  heartbeat.kind = HeartbeatKind::ask;
  heartbeat.nonce = nonce;
  heartbeat.echo = peer_nonce_;
  heartbeat.sent = sent_;
  heartbeat.received = received_;
  heartbeat.rtt_us = rtt_us_of_latest();
  return heartbeat;
}

void PathHealth::forget_silence(Instant now) {
  for (Ask& ask : asks_) ask.answered = true;
  sample_count_ = 0;
  evidence_at_ = std::max(evidence_at_, now - policy_.heartbeat_volatile / 2);
  good_since_ = now;
  next_ask_ = now;
}

std::uint32_t PathHealth::rtt_us_of_latest() const {
  if (sample_count_ == 0) return 0;
  const Duration rtt = samples_[(sample_count_ - 1) % kRing].rtt;
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(rtt).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 1, UINT32_MAX));
}

PathHealth::Ask* PathHealth::find(std::uint64_t nonce) {
  for (Ask& ask : asks_) {
    if (!ask.answered && ask.nonce == nonce) return &ask;
  }
  return nullptr;
}

std::optional<Duration> PathHealth::on_reply(const Heartbeat& reply, Instant now) {
  Ask* ask = reply.kind == HeartbeatKind::reply ? find(reply.echo) : nullptr;
  if (ask == nullptr) return std::nullopt;
  ask->answered = true;
  if (sample_count_ != 0 && ask->sent < samples_[(sample_count_ - 1) % kRing].sent) {
    return std::nullopt;
  }
  const Duration rtt = now - ask->at;
  smoothed_rtt_ = smoothed_rtt_ == Duration{} ? rtt : (smoothed_rtt_ * 7 + rtt) / 8;
  evidence_at_ = now;
  peer_nonce_ = reply.nonce;
  samples_[sample_count_++ % kRing] = {now, rtt, ask->sent, reply.received, reply.sent, received_};
  return rtt;
}

double PathHealth::loss(Instant now) const {
  const Sample* oldest = nullptr;
  const Sample* newest = nullptr;
  const std::uint64_t kept = std::min<std::uint64_t>(sample_count_, kRing);
  for (std::uint64_t n = sample_count_ - kept; n < sample_count_; ++n) {
    const Sample& sample = samples_[n % kRing];
    if (now - sample.at > policy_.loss_window) continue;
    if (oldest == nullptr) oldest = &sample;
    newest = &sample;
  }
  if (oldest == newest) return 0.0;
  return std::max(
      lost_share(newest->sent - oldest->sent, newest->peer_received - oldest->peer_received),
      lost_share(newest->peer_sent - oldest->peer_sent, newest->received - oldest->received));
}

std::uint32_t PathHealth::unanswered_in_row(Instant now) const {
  const Duration patience = std::max(policy_.heartbeat_interval, smoothed_rtt_ * 2);
  const std::uint64_t kept = std::min<std::uint64_t>(ask_count_, kRing);
  std::uint32_t row = 0;
  for (std::uint64_t n = ask_count_; n > ask_count_ - kept; --n) {
    const Ask& ask = asks_[(n - 1) % kRing];
    if (ask.answered) break;
    if (now - ask.at >= patience) ++row;
  }
  return row;
}

bool PathHealth::has_high_latency() const {
  if (policy_.latency_volatile_threshold == Duration{}) return false;
  const std::size_t kept = std::min<std::uint64_t>(sample_count_, kRing);
  if (kept < kMinLatencySamples) return false;
  std::array<Duration, kRing> rtts;
  for (std::size_t i = 0; i < kept; ++i) rtts[i] = samples_[i].rtt;
  const auto p95 = rtts.begin() + static_cast<std::ptrdiff_t>((kept * 95 + 99) / 100 - 1);
  std::nth_element(rtts.begin(), p95, rtts.begin() + static_cast<std::ptrdiff_t>(kept));
  return *p95 > policy_.latency_volatile_threshold;
}

std::optional<Event> PathHealth::trigger(Instant now) const {
  if (evidence_age(now) >= policy_.transport_dead) return Event::transport_dead;
  if (unanswered_in_row(now) >= policy_.max_consecutive_drops) return Event::drops_in_row;
  if (evidence_age(now) >= policy_.heartbeat_volatile) return Event::evidence_late;
  if (loss(now) > policy_.loss_volatile_threshold) return Event::loss_high;
  if (has_high_latency()) return Event::latency_high;
  return std::nullopt;
}

Duration PathHealth::evidence_bound() const {
  // Half the limit, but never less than two heartbeats: else a slow heartbeat could never be in
  // bounds.
  return std::max(policy_.heartbeat_volatile / 2, policy_.heartbeat_interval * 2);
}

void PathHealth::observe(Instant now) {
  const bool good = evidence_age(now) < evidence_bound() &&
                    loss(now) <= policy_.loss_volatile_threshold / 2 && !has_high_latency() &&
                    unanswered_in_row(now) == 0;
  if (!good) good_since_ = now;
}

bool PathHealth::is_stable(Instant now) const {
  return now - good_since_ >= policy_.stability_window && evidence_at_ > good_since_;
}

Instant PathHealth::next_deadline(Instant now) const {
  Instant next = next_ask_;
  for (Instant at :
       {evidence_at_ + policy_.heartbeat_volatile, evidence_at_ + policy_.transport_dead,
        good_since_ + policy_.stability_window}) {
    if (at > now) next = std::min(next, at);
  }
  return next;
}

}  // namespace jvpn::client
