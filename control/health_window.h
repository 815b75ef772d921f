// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/boxed.h"
#include "base/optional_instant.h"
#include "base/time.h"

namespace jvpn {

/// What a binding's counts were at some moment: packets that the client says it sent, and how many
/// of them had arrived when it said so.
struct DeliverySample {
  Instant at;
  std::uint64_t peer_sent = 0;
  std::uint64_t received = 0;
};

/// Loss of one binding over a sliding window. Memory is bounded: samples closer together than a
/// sixteenth of the window replace each other.
class LossWindow {
 public:
  /// A new binding: both counts start at zero.
  void restart(Instant now);
  void add(const DeliverySample& sample, Duration window);
  /// 0..1, or nothing while fewer than kMinLossSamples packets were sent within the window.
  std::optional<double> loss(Duration window, Instant now) const;

  std::size_t samples() const { return samples_.size(); }

 private:
  std::vector<DeliverySample> samples_;  ///< by time; the first is the newest one before the window
};

/// The latest round trips of one binding, as its client measured them.
class LatencyWindow {
 public:
  void add(Duration rtt);
  /// Of the latest kMaxLatencySamples; nothing while there are fewer than kMinLatencySamples.
  std::optional<Duration> p95() const;

 private:
  std::vector<std::uint32_t> rtts_us_;
  std::size_t next_ = 0;
};

/// Health of the current binding, judged afresh for each.
struct BindingHealth {
  LossWindow delivery;
  Boxed<LatencyWindow> latency;   ///< while policy sets a limit to it
  std::uint64_t measured_at = 0;  ///< `peer_sent` of the heartbeat whose round trip came last
  double loss_ratio = 0;
  OptionalInstant in_bounds_since;

  void restart(Instant now) {
    delivery.restart(now);
    latency.reset();
    measured_at = 0;
    loss_ratio = 0;
    in_bounds_since.reset();
  }
};

}  // namespace jvpn
