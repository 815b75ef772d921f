// SPDX-License-Identifier: Apache-2.0
#include "control/health_window.h"

#include <algorithm>

#include "control/limits.h"

namespace jvpn {

void LossWindow::restart(Instant now) {
  samples_.assign(1, DeliverySample{now, 0, 0});
}

void LossWindow::add(const DeliverySample& sample, Duration window) {
  if (!samples_.empty() && samples_.back().peer_sent == sample.peer_sent) return;
  if (samples_.size() > 1 && sample.at - samples_[samples_.size() - 2].at < window / 16) {
    samples_.back() = sample;
  } else {
    samples_.push_back(sample);
  }
  while (samples_.size() > 1 && sample.at - samples_[1].at >= window) {
    samples_.erase(samples_.begin());
  }
}

std::optional<double> LossWindow::loss(Duration window, Instant now) const {
  if (samples_.empty()) return std::nullopt;
  const auto inside = [&](const DeliverySample& s) { return now - s.at < window; };
  auto base = std::ranges::find_if(samples_, inside);
  if (base != samples_.begin()) --base;
  const DeliverySample& last = samples_.back();
  const std::uint64_t sent = last.peer_sent - base->peer_sent;
  if (last.peer_sent < base->peer_sent || sent < kMinLossSamples) return std::nullopt;
  const std::uint64_t received = last.received - std::min(last.received, base->received);
  return 1.0 - static_cast<double>(std::min(received, sent)) / static_cast<double>(sent);
}

void LatencyWindow::add(Duration rtt) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(rtt).count();
  const auto bounded = static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, UINT32_MAX));
  if (rtts_us_.empty()) next_ = 0;
  if (rtts_us_.size() < kMaxLatencySamples) rtts_us_.push_back(0);
  rtts_us_[next_] = bounded;
  next_ = (next_ + 1) % kMaxLatencySamples;
}

std::optional<Duration> LatencyWindow::p95() const {
  if (rtts_us_.size() < kMinLatencySamples) return std::nullopt;
  std::vector<std::uint32_t> sorted = rtts_us_;
  const std::size_t rank = (sorted.size() * 95 + 99) / 100 - 1;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
  std::ranges::nth_element(sorted, at);
  return std::chrono::microseconds(*at);
}

}  // namespace jvpn
