// SPDX-License-Identifier: Apache-2.0
#include "storm.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/ensure.h"

namespace jvpn::bench {
namespace {

constexpr std::uint32_t kBirthsAtOnce = 32;
constexpr Duration kBirthPatience = std::chrono::minutes(2);
constexpr int kSlicePatience = 50;  ///< times the slices wanted, while the kernel disturbs each

}  // namespace

void Storm::give_birth() {
  const Instant until = rig_.now() + kBirthPatience;
  std::uint32_t begun = 0;
  while (clients_.born() < clients_.count()) {
    const Instant now = rig_.now();
    ensure(now < until, "every client gets its session");
    for (; begun < clients_.count() && begun < clients_.born() + kBirthsAtOnce; ++begun) {
      clients_.begin(begun, now);
    }
    clients_.tick(now);
    generator_.fill_control();
    rig_.run_untimed();
    generator_.collect(rig_.now());
  }
}

void Storm::slice(Tally& tally) {
  clients_.tick(rig_.now());
  generator_.fill();
  const double control_before = rig_.control_cycles();
  const std::size_t fed = generator_.packets();
  const SliceTime took = rig_.run_slice();
  const Forwarded forwarded = generator_.collect(rig_.now());
  tally.lost += fed - forwarded.packets;
  tally.control += rig_.control_cycles() - control_before;
  if (!took.undisturbed) return void(++tally.disturbed);
  ++tally.slices;
  tally.cycles += took.cycles();
  tally.packets += static_cast<double>(forwarded.packets);
  tally.latencies.insert(tally.latencies.end(), forwarded.latencies.begin(),
                         forwarded.latencies.end());
}

Tally Storm::quiet(int slices) {
  Tally tally;
  const int most = slices * kSlicePatience;
  for (int i = 0; i < slices || (tally.packets == 0 && i < most); ++i) slice(tally);
  return tally;
}

StormResult Storm::blow(const StormPlan& plan) {
  StormResult out;
  out.before = quiet(plan.slices);
  storm(plan, out);
  out.after = quiet(plan.slices);
  return out;
}

void Storm::storm(const StormPlan& plan, StormResult& out) {
  const Instant begin = rig_.now();
  const std::uint32_t all = clients_.count();
  const std::uint32_t most_at_once = all - all / 16;  // the others send the data
  std::uint32_t begun = 0;
  while (begun < all || clients_.jumping() > 0) {
    const Instant now = rig_.now();
    const Duration since = now - begin;
    if (since >= plan.patience) give_up();
    const double share = plan.arrival.count() == 0
                             ? 1
                             : static_cast<double>(since.count() + 1'000'000) /
                                   static_cast<double>(plan.arrival.count());
    const auto due = static_cast<std::uint32_t>(std::min(share, 1.0) * all);
    for (; begun < due && clients_.jumping() < most_at_once; ++begun) clients_.jump(begun, now);
    slice(out.during);
    const std::uint32_t bound = begun - clients_.jumping();
    const Duration took = rig_.now() - begin;
    if (bound * 2 < all) out.half = took;
    if (bound * 100 < all * 99) out.nearly_all = took;
    out.all = took;
  }
}

/// Says what became of those that are still without a binding.
void Storm::give_up() const {
  std::map<std::string, std::uint32_t> states;
  for (std::uint32_t i = 0; i < clients_.count(); ++i) {
    if (clients_.is_settled(i)) continue;
    const client::Status status = clients_.status(i);
    ++states[std::string(to_string(status.state)) + " " +
             std::string(to_string(status.last_reason))];
  }
  for (const auto& [state, count] : states) {
    std::fprintf(stderr, "%u clients not bound anew: %s\n", count, state.c_str());
  }
  for (const auto& [name, count] : rig_.loop().counters()) {
    if (count != 0) std::fprintf(stderr, "  %s %" PRIu64 "\n", name.c_str(), count);
  }
  std::exit(1);
}

std::uint32_t Storm::bound_anew() const {
  std::map<IpAddress, Endpoint> bound;
  for (const SessionInfo& session : rig_.loop().sessions(rig_.now())) {
    if (session.state == State::attached) bound[session.inner_v4] = session.bound;
  }
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < clients_.count(); ++i) {
    const auto at = bound.find(clients_.inner(i));
    const bool known = at != bound.end() && at->second == clients_.source(i);
    count += known && clients_.is_bound_here(i);
  }
  return count;
}

}  // namespace jvpn::bench
