// SPDX-License-Identifier: Apache-2.0
#include "control/rate_reports.h"

#include <algorithm>

namespace jvpn {

std::string_view to_string(Limit limit) {
  static constexpr std::array<std::string_view, kLimits> kNames = {
      "handshakes", "births_under_load", "reattaches",          "notices", "probes",
      "rekeys",     "sessions",          "sessions_per_prefix", "wishes"};
  return kNames[static_cast<std::size_t>(limit)];
}

void RateReports::note(Limit limit, Instant now) {
  Held& held = held_[static_cast<std::size_t>(limit)];
  if (held.count == 0) held.due = std::max(held.due, now);
  ++held.count;
}

Instant RateReports::next_due() const {
  Instant due = Instant::never();
  for (const Held& held : held_) {
    if (held.count != 0) due = std::min(due, held.due);
  }
  return due;
}

RateReport RateReports::take_due(Instant now) {
  for (std::size_t n = 0; n < kLimits; ++n) {
    Held& held = held_[n];
    if (held.count == 0 || held.due > now) continue;
    const RateReport report{static_cast<Limit>(n), held.count};
    held = {0, now + kRateReportInterval};
    return report;
  }
  return {};
}

}  // namespace jvpn
