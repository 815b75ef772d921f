// SPDX-License-Identifier: Apache-2.0
// RateLimited events: one per limit and ten seconds, with the count of what it held back. A flood
// must not flood the audit.
#pragma once

#include <array>
#include <string_view>

#include "control/limits.h"

namespace jvpn {

enum class Limit : std::uint8_t {
  handshakes,
  births_under_load,
  reattaches,
  notices,
  probes,
  rekeys,
  sessions,
  sessions_per_prefix,
  wishes,
};
inline constexpr std::size_t kLimits = static_cast<std::size_t>(Limit::wishes) + 1;
std::string_view to_string(Limit limit);

struct RateReport {
  Limit limit{};
  std::uint64_t count = 0;
};

class RateReports {
 public:
  void note(Limit limit, Instant now);
  /// When the next report is due; never: nothing was held back.
  Instant next_due() const;
  /// One report whose time has come; count 0: none.
  RateReport take_due(Instant now);

 private:
  struct Held {
    std::uint64_t count = 0;
    Instant due{0};
  };
  std::array<Held, kLimits> held_{};
};

}  // namespace jvpn
