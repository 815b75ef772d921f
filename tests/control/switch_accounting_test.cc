// SPDX-License-Identifier: Apache-2.0
#include "control/switch_accounting.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace jvpn::test {
namespace {

TEST(SlidingWindow, CountsAnEventForExactlyOneMinute) {
  SlidingWindow window;
  window.add(Instant{0});
  EXPECT_EQ(window.count(Instant{0} + 59'999ms), 1u);
  EXPECT_EQ(window.until_one_leaves(Instant{0} + 59'999ms), 1ms);
  EXPECT_EQ(window.count(Instant{0} + 60s), 0u);
}

/// The same rules, slowly: looks through everything that ever was.
struct Oracle {
  bool allows(const SwitchingPolicy& policy, Move move, bool path_dead, Instant now) const {
    if (move == Move::same_source) return true;
    std::uint32_t lately = 0;
    std::optional<Instant> last;
    for (const auto& [moved, at] : history) {
      if (moved != move) continue;
      if (now - at < 60s) ++lately;
      last = at;
    }
    if (move == Move::rebind) return lately < policy.max_nat_rebinds_per_min;
    if (lately >= policy.max_switches_per_min) return false;
    return path_dead || !last || now - *last >= policy.switch_cooldown;
  }
  std::vector<std::pair<Move, Instant>> history;
};

TEST(SwitchAccounting, AgreesWithASlowOracle) {
  const bool holds = rc::check([] {
    SwitchingPolicy policy;
    policy.max_switches_per_min = *rc::gen::inRange<std::uint32_t>(0, 6);
    policy.max_nat_rebinds_per_min = *rc::gen::inRange<std::uint32_t>(0, 6);
    SwitchAccounting accounting;
    Oracle oracle;
    Instant now{0};
    for (const int step_ms : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20'000))) {
      now = now + std::chrono::milliseconds(step_ms);
      const auto move = static_cast<Move>(step_ms % 3);
      const bool path_dead = step_ms % 5 == 0;
      const bool allowed = !accounting.check(policy, move, path_dead, now).has_value();
      RC_ASSERT(allowed == oracle.allows(policy, move, path_dead, now));
      if (!allowed) continue;
      accounting.committed(move, now);
      oracle.history.emplace_back(move, now);
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace jvpn::test
