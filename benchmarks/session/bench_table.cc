// SPDX-License-Identifier: Apache-2.0
// The session table as a worker and as control use it. Random sessions, so that beyond the caches
// the lookup costs what it costs in life: with prefetch ahead and without.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "session/shared/session_table.h"

namespace jvpn {
namespace {

struct Bench {
  explicit Bench(std::uint32_t slots)
      : shape{.slots = slots, .readers = 1, .node = 1},
        size(SessionTable::memory_size(shape)),
        memory(static_cast<std::uint8_t*>(std::aligned_alloc(64, size)), &std::free),
        table(SessionTable::create({memory.get(), size}, shape).value()) {
    const SessionKeys keys{};
    for (std::uint32_t i = 0; i < slots; ++i) {
      tags.push_back(table.reserve(0).value());
      table.install(tags.back(), keys, Snapshot{});
    }
    std::shuffle(tags.begin(), tags.end(), std::mt19937_64(1));
    table.reader_online(0);
  }

  TableShape shape;
  std::size_t size;
  std::unique_ptr<std::uint8_t, decltype(&std::free)> memory;
  SessionTable table;
  std::vector<Tag> tags;
};

/// One burst of lookups per iteration; argument: sessions.
void find_burst(benchmark::State& state) {
  Bench bench(static_cast<std::uint32_t>(state.range(0)));
  std::size_t at = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBurst; ++i, ++at) {
      const Tag tag = bench.tags[at % bench.tags.size()];
      const Snapshot* snapshot = bench.table.find(tag, *bench.table.record(tag));
      benchmark::DoNotOptimize(snapshot->view.bound_version);
    }
    bench.table.quiescent(0);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
BENCHMARK(find_burst)->Arg(1)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// The same with head lines, then snapshots prefetched, each a pass over the burst.
void find_burst_prefetched(benchmark::State& state) {
  Bench bench(static_cast<std::uint32_t>(state.range(0)));
  std::array<TableRecord*, kBurst> records;
  std::array<const Snapshot*, kBurst> snapshots;
  std::size_t at = 0;
  for (auto _ : state) {
    const auto tag_of = [&](std::size_t i) { return bench.tags[(at + i) % bench.tags.size()]; };
    for (std::size_t i = 0; i < kBurst; ++i) {
      records[i] = bench.table.record(tag_of(i));
      __builtin_prefetch(&records[i]->head);
    }
    for (std::size_t i = 0; i < kBurst; ++i) {
      snapshots[i] = bench.table.find(tag_of(i), *records[i]);
      __builtin_prefetch(snapshots[i]);
    }
    for (const Snapshot* snapshot : snapshots) {
      benchmark::DoNotOptimize(snapshot->view.bound_version);
    }
    at += kBurst;
    bench.table.quiescent(0);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
BENCHMARK(find_burst_prefetched)->Arg(1)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// Replace and reclaim, as one step of control in a jump storm; argument: sessions.
void publish(benchmark::State& state) {
  Bench bench(static_cast<std::uint32_t>(state.range(0)));
  const Snapshot next{};
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.table.publish(bench.tags[at++ % bench.tags.size()], next));
    bench.table.quiescent(0);
    bench.table.reclaim();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(publish)->Arg(1)->Arg(10'000)->Arg(100'000);

/// A session's whole life in the table: reserve, install, remove, reclaim with the wipe.
void install_and_remove(benchmark::State& state) {
  Bench bench(1);
  Tag tag = bench.tags.front();
  const SessionKeys keys{};
  for (auto _ : state) {
    bench.table.remove(tag);
    bench.table.quiescent(0);
    bench.table.reclaim();
    tag = bench.table.reserve(0).value();
    bench.table.install(tag, keys, Snapshot{});
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(install_and_remove);

}  // namespace
}  // namespace jvpn

BENCHMARK_MAIN();
