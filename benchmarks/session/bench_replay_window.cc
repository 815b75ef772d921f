// SPDX-License-Identifier: Apache-2.0
// The anti-replay window: check before the cipher, mark behind it, as each packet does. In order,
// shuffled within 64 packets as several queues shuffle them, and all of it repeated.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#include "session/core/replay_window.h"

namespace jvpn {
namespace {

constexpr std::size_t kPackets = 1 << 16;
constexpr std::size_t kShuffled = 64;

std::vector<std::uint64_t> in_order() {
  std::vector<std::uint64_t> counters(kPackets);
  std::iota(counters.begin(), counters.end(), std::uint64_t{1});
  return counters;
}

std::vector<std::uint64_t> shuffled() {
  std::vector<std::uint64_t> counters = in_order();
  std::mt19937_64 random(1);
  for (std::size_t at = 0; at < kPackets; at += kShuffled) {
    const auto begin = counters.begin() + static_cast<long>(at);
    std::shuffle(begin, begin + kShuffled, random);
  }
  return counters;
}

/// Lap after lap through the counters, each as far ahead as the last one was long.
void check_and_mark(benchmark::State& state, std::vector<std::uint64_t> (*make)()) {
  const std::vector<std::uint64_t> counters = make();
  ReplayWindow window;
  std::uint64_t lap = 0;
  std::size_t at = 0;
  std::int64_t fresh = 0;
  for (auto _ : state) {
    const Counter counter{counters[at] + lap};
    fresh += window.check(counter) == Freshness::fresh && window.mark(counter) == Freshness::fresh;
    if (++at == kPackets) {
      at = 0;
      lap += kPackets;
    }
  }
  if (fresh != state.iterations()) std::abort();  // each was new
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(check_and_mark, in_order, in_order);
BENCHMARK_CAPTURE(check_and_mark, shuffled, shuffled);

/// What a flood of repeated packets costs: nothing but the check.
void check_duplicate(benchmark::State& state) {
  ReplayWindow window;
  for (std::uint64_t counter = 1; counter <= kShuffled; ++counter) window.mark(Counter{counter});
  std::uint64_t counter = 0;
  std::int64_t refused = 0;
  for (auto _ : state) {
    refused += window.check(Counter{counter % kShuffled + 1}) == Freshness::duplicate;
    ++counter;
  }
  if (refused != state.iterations()) std::abort();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_duplicate);

/// Of many sessions, drawn at random: the window's lines are far away. Argument: sessions.
void check_and_mark_of_many(benchmark::State& state) {
  std::vector<ReplayWindow> windows(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint64_t> next(windows.size(), 1);
  std::mt19937_64 random(1);
  for (auto _ : state) {
    const std::size_t which = random() % windows.size();
    const Counter counter{next[which]++};
    benchmark::DoNotOptimize(windows[which].check(counter));
    benchmark::DoNotOptimize(windows[which].mark(counter));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_and_mark_of_many)->Arg(1)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace jvpn

BENCHMARK_MAIN();
