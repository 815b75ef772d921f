// SPDX-License-Identifier: Apache-2.0
// The two planes at the session table at once, each on a thread of its own: what lookups cost while
// control publishes, and what publishing costs while a worker looks up.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <thread>

#include "full_table.h"

namespace jvpn {
namespace {

/// Runs `work` over and over on another thread as long as it lives.
class Beside {
 public:
  template <class Work>
  explicit Beside(Work work)
      : thread_([this, work]() mutable {
          while (!stop_.load(std::memory_order_relaxed)) work();
        }) {}
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// One burst of a worker.
struct LookUp {
  bench::FullTable& full;
  std::size_t at = 0;

  void operator()() {
    for (std::size_t i = 0; i < kBurst; ++i, ++at) {
      const Tag tag = full.tags[at % full.tags.size()];
      const Snapshot* snapshot = full.table.find(tag);
      benchmark::DoNotOptimize(StateVersion(snapshot->view.bound_version));
    }
    full.table.quiescent(0);
  }
};

/// One step of control in a jump storm. Refused when the worker has not passed for long: counted.
struct Publish {
  bench::FullTable& full;
  std::size_t at = 0;
  std::uint64_t refused = 0;

  void operator()() {
    refused += !full.table.publish(full.tags[at++ % full.tags.size()], Snapshot{});
    full.table.reclaim();
  }
};

/// Argument: sessions.
void find_burst_while_publishing(benchmark::State& state) {
  bench::FullTable full(static_cast<std::uint32_t>(state.range(0)));
  const Beside control(Publish{full});
  LookUp look_up{full};
  for (auto _ : state) look_up();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
BENCHMARK(find_burst_while_publishing)->Arg(1'000)->Arg(10'000)->Arg(100'000)->UseRealTime();

/// Argument: sessions.
void publish_while_looking_up(benchmark::State& state) {
  bench::FullTable full(static_cast<std::uint32_t>(state.range(0)));
  const Beside worker(LookUp{full});
  Publish publish{full};
  for (auto _ : state) publish();
  state.SetItemsProcessed(state.iterations());
  state.counters["refused"] = static_cast<double>(publish.refused);
}
BENCHMARK(publish_while_looking_up)->Arg(1'000)->Arg(10'000)->Arg(100'000)->UseRealTime();

}  // namespace
}  // namespace jvpn

BENCHMARK_MAIN();
