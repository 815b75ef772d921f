// SPDX-License-Identifier: Apache-2.0
#include "control/switch_accounting.h"

namespace jvpn {
namespace {

std::optional<Denial> over_limit(SlidingWindow& window, std::uint32_t limit, Instant now) {
  if (window.count(now) < limit) return std::nullopt;
  const Duration wait =
      limit == 0 ? Duration(kSwitchAccountingWindow) : window.until_one_leaves(now);
  return Denial{Reason::switch_rate_limited, wait};
}

}  // namespace

std::optional<Denial> SwitchAccounting::check(const SwitchingPolicy& policy, Move move,
                                              bool path_dead, Instant now) {
  if (move == Move::same_source) return std::nullopt;
  if (move == Move::rebind) return over_limit(rebinds_, policy.max_nat_rebinds_per_min, now);
  if (auto denial = over_limit(jumps_, policy.max_switches_per_min, now)) return denial;
  if (path_dead || !last_jump_) return std::nullopt;
  const Instant allowed_at = *last_jump_ + policy.switch_cooldown;
  if (now >= allowed_at) return std::nullopt;
  return Denial{Reason::cooldown_active, allowed_at - now};
}

void SwitchAccounting::committed(Move move, Instant now) {
  if (move == Move::rebind) rebinds_.add(now);
  if (move != Move::jump) return;
  jumps_.add(now);
  last_jump_ = now;
}

void SwitchAccounting::restore(const MoveHistory& history) {
  for (const Instant at : history.jumps) jumps_.add(at);
  for (const Instant at : history.rebinds) rebinds_.add(at);
  last_jump_ = history.last_jump;
}

void SwitchAccounting::reverted(Move move) {
  if (move == Move::rebind) rebinds_.forget_latest();
  if (move == Move::jump) jumps_.forget_latest();
}

}  // namespace jvpn
