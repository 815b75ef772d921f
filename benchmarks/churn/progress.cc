// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/progress.h"

#include <fmt/format.h>

#include "benchmarks/churn/signals.h"

namespace jvpn::churn {
namespace {

constexpr Duration kInterval = 500ms;

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

void Progress::show(const Tally& tally, const char* phase, Instant began, Instant now) {
  if (now - shown_at_ < kInterval) return;
  const double since = seconds(now - shown_at_);
  const std::uint64_t packets = tally.up.received + tally.down.received;
  const std::uint64_t jumps = tally.steady.attached.count();
  const std::uint64_t lost = tally.up.lost_at_jump + tally.up.lost_otherwise +
                             tally.down.lost_at_jump + tally.down.lost_otherwise;
  jvpn::churn::show(fmt::format(
      "{:6} {:5.1f} s: {} born, {} attached, {} jumping, {:.0f} jumps/s, {:.0f} packets/s, {} lost,"
      " {} violations",
      phase, seconds(now - began), tally.births, tally.attached, tally.jumping,
      static_cast<double>(jumps - jumps_) / since, static_cast<double>(packets - packets_) / since,
      lost, tally.violations.sum() + tally.up.duplicated + tally.down.duplicated));
  shown_at_ = now;
  packets_ = packets;
  jumps_ = jumps;
}

}  // namespace jvpn::churn
