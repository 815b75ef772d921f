// SPDX-License-Identifier: Apache-2.0
// What a second worker brings: disjoint sessions, a queue of both ports and a core for each. One
// and two take turns; their rates are compared, of several runs the middle one counts.
//
//   bench_workers [--sessions 1,1000] [--sizes 64,1420] [--runs 5] [--json FILE]
#include <pthread.h>

#include <barrier>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/ensure.h"
#include "grid.h"
#include "slice.h"

namespace jvpn::bench {
namespace {

constexpr std::uint8_t kWorkers = 2;

void pin(unsigned core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  ensure(pthread_setaffinity_np(pthread_self(), sizeof only, &only) == 0, "the core is ours");
}

/// When a worker's slice began and ended (TSC), and whether it was left alone.
struct Took {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool undisturbed = false;
};

Took take_slice(PathRig& rig, Ports ports, std::uint8_t worker) {
  Took took;
  const std::size_t before = ports.out.sent(worker);
  took.begin = rte_rdtsc_precise();
  const auto cycles = cycles_of([&] { rig.forward(Traffic::kSlice, worker); });
  took.end = rte_rdtsc_precise();
  took.undisturbed = cycles.has_value();
  ensure(ports.out.sent(worker) - before == Traffic::kSlice, "each worker forwards its own");
  return took;
}

/// Packets per cycle of the workers that run at once, slice by slice.
class Team {
 public:
  Team(PathRig& rig, Way way, const Sizes& sizes, const std::vector<unsigned>& cores)
      : rig_(rig), way_(way), sizes_(sizes), cores_(cores) {}

  /// Median over undisturbed slices of `workers` workers.
  double rate(std::uint8_t workers, int slices) {
    std::vector<std::vector<Took>> took(workers);
    std::barrier ready(workers);
    std::vector<std::thread> threads;
    for (std::uint8_t w = 0; w < workers; ++w) {
      threads.emplace_back([&, w] { work(w, slices, ready, took[w]); });
    }
    for (std::thread& thread : threads) thread.join();
    return median(rates(took));
  }

 private:
  void work(std::uint8_t worker, int slices, std::barrier<>& ready, std::vector<Took>& took) {
    pin(cores_[worker]);
    Traffic traffic(rig_, buffers_for(sizes_), Spread::uniform, sizes_);
    traffic.only_worker(worker);
    const Ports ports = rig_.ports(way_);
    for (int slice = 0; slice < slices; ++slice) {
      ports.in.feed(worker, traffic.fill(way_));
      ready.arrive_and_wait();
      took.push_back(take_slice(rig_, ports, worker));
      ready.arrive_and_wait();
    }
  }

  /// From the first worker's begin to the last one's end.
  static std::vector<double> rates(const std::vector<std::vector<Took>>& took) {
    std::vector<double> out;
    for (std::size_t slice = 0; slice < took.front().size(); ++slice) {
      Took all = took.front()[slice];
      for (const std::vector<Took>& each : took) {
        all.begin = std::min(all.begin, each[slice].begin);
        all.end = std::max(all.end, each[slice].end);
        all.undisturbed = all.undisturbed && each[slice].undisturbed;
      }
      const auto packets = static_cast<double>(Traffic::kSlice * took.size());
      if (all.undisturbed) out.push_back(packets / static_cast<double>(all.end - all.begin));
    }
    return out;
  }

  PathRig& rig_;
  Way way_;
  Sizes sizes_;
  std::vector<unsigned> cores_;
};

double mpps(double packets_per_cycle) {
  return packets_per_cycle * static_cast<double>(rte_get_tsc_hz()) / 1e6;
}

nlohmann::json measure(PathRig& rig, Way way, const std::string& sizes, const Options& options) {
  Team team(rig, way, parse_sizes(sizes), {0, 1});
  std::vector<double> ratios, one, two;
  for (int run = 0; run < options.runs; ++run) {
    one.push_back(team.rate(1, options.slices));
    two.push_back(team.rate(2, options.slices));
    ratios.push_back(two.back() / one.back());
  }
  return {{"scaling", way == Way::uplink ? "uplink" : "downlink"},
          {"mix", sizes},
          {"sessions", rig.shape().sessions / kWorkers},
          {"mpps_of_one", mpps(median(one))},
          {"mpps_of_two", mpps(median(two))},
          {"ratio", median(ratios)},
          {"ratios", ratios}};
}

void print(const nlohmann::json& row) {
  std::printf("%-8s %8u %6s %8.2f %8.2f %7.2f\n", row["scaling"].get<std::string>().c_str(),
              row["sessions"].get<unsigned>(), row["mix"].get<std::string>().c_str(),
              row["mpps_of_one"].get<double>(), row["mpps_of_two"].get<double>(),
              row["ratio"].get<double>());
  std::fflush(stdout);
}

int run(int count, char** arguments) {
  const Options options = parse_options("What a second worker brings", count, arguments);
  const Eal eal = start_eal(options, kWorkers);
  std::printf("path     sessions   size  one Mpps two Mpps   ratio   (sessions of each worker)\n");
  measure_grid(options, kWorkers, measure, print);
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
