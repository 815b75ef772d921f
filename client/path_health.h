// SPDX-License-Identifier: Apache-2.0
// The client's judgement of the path in use: heartbeats asked and answered, round-trip time, loss.
//
// Judged per binding: a new one starts afresh and counts only what went over it. Evidence is an ask
// of ours whose random nonce came back, not mere arrival.
#pragma once

#include <array>
#include <optional>

#include "session/core/heartbeat.h"
#include "session/core/policy.h"
#include "session/core/transition.h"

namespace jvpn::client {

class PathHealth {
 public:
  PathHealth(const VolatilityPolicy& policy, Instant bound_at);
  /// Other limits; what was measured stays.
  void set_policy(const VolatilityPolicy& policy) { policy_ = policy; }
  /// We did not run for a while: what was not answered then says nothing. Asks at once, and gives
  /// the answer its time.
  void forget_silence(Instant now);

  /// Data packets over this binding.
  void count_sent(std::uint64_t packets) { sent_ += packets; }
  void count_received(std::uint64_t packets) { received_ += packets; }

  Instant next_ask() const { return next_ask_; }
  /// The heartbeat to send now; counts itself as sent. `nonce` is fresh randomness.
  Heartbeat ask(std::uint64_t nonce, Instant now);
  /// The round-trip time. Nothing, and nothing changes, when a reply echoes none of our recent
  /// asks, or one before the latest that was answered: it was overtaken and tells of the past.
  std::optional<Duration> on_reply(const Heartbeat& reply, Instant now);
  Instant evidence_at() const { return evidence_at_; }
  /// An earlier or later next ask than the policy's interval.
  void ask_at(Instant at) { next_ask_ = at; }

  /// The strongest trigger that holds: dead, drops in a row, late evidence, loss, latency.
  std::optional<Event> trigger(Instant now) const;
  /// Within half the limits for the whole stability window.
  bool is_stable(Instant now) const;
  /// Keeps track of since when the path is within half the limits. Call at each tick and reply.
  void observe(Instant now);
  /// When time alone can change what trigger() or is_stable() say.
  Instant next_deadline(Instant now) const;

  Duration rtt() const { return smoothed_rtt_; }  ///< zero: not measured yet
  double loss(Instant now) const;                 ///< worse direction; 0 with fewer than 20 samples

 private:
  struct Ask {
    std::uint64_t nonce = 0;
    Instant at{0};
    std::uint64_t sent = 0;
    bool answered = true;
  };
  struct Sample {
    Instant at{0};
    Duration rtt{};
    std::uint64_t sent = 0;           ///< by us, when we asked
    std::uint64_t peer_received = 0;  ///< of that, when the gateway answered
    std::uint64_t peer_sent = 0;
    std::uint64_t received = 0;
  };
  static constexpr std::size_t kRing = 32;  ///< asks and samples remembered

  Ask* find(std::uint64_t nonce);
  std::uint32_t rtt_us_of_latest() const;
  std::uint32_t unanswered_in_row(Instant now) const;
  bool has_high_latency() const;
  Duration evidence_age(Instant now) const { return now - evidence_at_; }
  Duration evidence_bound() const;

  VolatilityPolicy policy_;
  std::array<Ask, kRing> asks_;
  std::array<Sample, kRing> samples_;
  std::uint64_t ask_count_ = 0;
  std::uint64_t sample_count_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t peer_nonce_ = 0;
  Instant next_ask_;
  Instant evidence_at_;
  Instant good_since_;
  Duration smoothed_rtt_{};
};

}  // namespace jvpn::client
