// SPDX-License-Identifier: Apache-2.0
// The session table as a worker and as control use it. Random sessions, so that beyond the caches
// the lookup costs what it costs in life: with prefetch ahead and without.
#include <benchmark/benchmark.h>

#include <array>

#include "base/prefetch.h"
#include "full_table.h"

namespace jvpn {
namespace {

/// One burst of lookups per iteration; argument: sessions.
void find_burst(benchmark::State& state) {
  bench::FullTable full(static_cast<std::uint32_t>(state.range(0)));
  std::size_t at = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBurst; ++i, ++at) {
      const Tag tag = full.tags[at % full.tags.size()];
      const Snapshot* snapshot = full.table.find(tag);
      benchmark::DoNotOptimize(StateVersion(snapshot->view.bound_version));
    }
    full.table.quiescent(0);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
BENCHMARK(find_burst)->Arg(1)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// The same with what says who lives in a slot, then snapshots prefetched, each a pass over the
/// burst.
void find_burst_prefetched(benchmark::State& state) {
  bench::FullTable full(static_cast<std::uint32_t>(state.range(0)));
  std::array<const Snapshot*, kBurst> snapshots;
  std::size_t at = 0;
  for (auto _ : state) {
    const auto tag_of = [&](std::size_t i) { return full.tags[(at + i) % full.tags.size()]; };
    for (std::size_t i = 0; i < kBurst; ++i) {
      prefetch(full.table.slot(tag_of(i)).occupant);
    }
    for (std::size_t i = 0; i < kBurst; ++i) {
      snapshots[i] = full.table.find(tag_of(i));
      prefetch(snapshots[i]);
    }
    for (const Snapshot* snapshot : snapshots) {
      benchmark::DoNotOptimize(StateVersion(snapshot->view.bound_version));
    }
    at += kBurst;
    full.table.quiescent(0);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
BENCHMARK(find_burst_prefetched)->Arg(1)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// Replace and reclaim, as one step of control in a jump storm; argument: sessions.
void publish(benchmark::State& state) {
  bench::FullTable full(static_cast<std::uint32_t>(state.range(0)));
  const Snapshot next{};
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(full.table.publish(full.tags[at++ % full.tags.size()], next));
    full.table.quiescent(0);
    full.table.reclaim();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish)->Arg(1)->Arg(10'000)->Arg(100'000);

/// A session's whole life in the table: reserve, install, remove, reclaim with the wipe.
void install_and_remove(benchmark::State& state) {
  bench::FullTable full(1);
  Tag tag = full.tags.front();
  const SessionKeys keys{};
  for (auto _ : state) {
    full.table.remove(tag);
    full.table.quiescent(0);
    full.table.reclaim();
    tag = full.table.reserve(0).value();
    full.table.install(tag, keys, Snapshot{});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(install_and_remove);

}  // namespace
}  // namespace jvpn

BENCHMARK_MAIN();
