// SPDX-License-Identifier: Apache-2.0
// What a second worker brings: disjoint sessions, a queue of both ports and a core for each. One
// and two take turns; their rates are compared, of several runs the middle one counts. The bare
// cipher is asked the same question beside it: what two cores of this machine give who shares
// nothing at all (they may be one core's two threads, or have neighbours).
//
//   bench_workers [--sessions 1,1000] [--sizes 64,1420] [--runs 5] [--json FILE]
#include <pthread.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/ensure.h"
#include "floor.h"
#include "grid.h"
#include "slice.h"
#include "start_line.h"

namespace jvpn::bench {
namespace {

constexpr std::uint8_t kWorkers = 2;

void pin(unsigned core) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(core, &only);
  ensure(pthread_setaffinity_np(pthread_self(), sizeof only, &only) == 0, "the core is ours");
}

/// Cycles of a worker's slice; nothing when it was not left alone.
using Took = std::optional<double>;

enum class Load : std::uint8_t { path, cipher };

/// Packets per cycle of the workers that run at once, slice by slice.
class Team {
 public:
  Team(PathRig& rig, Way way, const Sizes& sizes, const std::vector<unsigned>& cores)
      : rig_(rig), way_(way), sizes_(sizes), cores_(cores) {}

  /// Median over undisturbed slices of `workers` workers.
  double rate(Load load, std::uint8_t workers, int slices) {
    std::vector<std::vector<Took>> took(workers);
    StartLine line(workers);
    std::vector<std::thread> threads;
    for (std::uint8_t w = 0; w < workers; ++w) {
      threads.emplace_back([&, w] { work(load, w, slices, line, took[w]); });
    }
    for (std::thread& thread : threads) thread.join();
    return median(rates(took));
  }

 private:
  void work(Load load, std::uint8_t worker, int slices, StartLine& line, std::vector<Took>& took) {
    pin(cores_[worker]);
    Traffic traffic(rig_, buffers_for(sizes_), Spread::uniform, sizes_);
    traffic.only_worker(worker);
    Floor floor;
    for (int slice = 0; slice < slices; ++slice) {
      const std::span<rte_mbuf*> frames = traffic.fill(way_);
      if (load == Load::path) rig_.ports(way_).in.feed(worker, frames);
      if (load == Load::cipher) floor.prepare(rig_, traffic.packets(), way_);
      line.wait();
      took.push_back(load == Load::path ? forward_slice(worker) : cycles_of([&] { floor.run(0); }));
      line.wait();
    }
  }

  Took forward_slice(std::uint8_t worker) {
    const Ports ports = rig_.ports(way_);
    const std::size_t before = ports.out.sent(worker);
    const Took took = cycles_of([&] { rig_.forward(Traffic::kSlice, worker); });
    ensure(ports.out.sent(worker) - before == Traffic::kSlice, "each worker forwards its own");
    return took;
  }

  /// Of all workers together: slices begin in one moment and are alike.
  static std::vector<double> rates(const std::vector<std::vector<Took>>& took) {
    std::vector<double> out;
    for (std::size_t slice = 0; slice < took.front().size(); ++slice) {
      double rate = 0;
      bool undisturbed = true;
      for (const std::vector<Took>& each : took) {
        undisturbed = undisturbed && each[slice].has_value();
        rate += Traffic::kSlice / each[slice].value_or(1);
      }
      if (undisturbed) out.push_back(rate);
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
  std::vector<double> ratios, cipher_ratios, one, two;
  for (int run = 0; run < options.runs; ++run) {
    one.push_back(team.rate(Load::path, 1, options.slices));
    two.push_back(team.rate(Load::path, 2, options.slices));
    ratios.push_back(two.back() / one.back());
    const double one_cipher = team.rate(Load::cipher, 1, options.slices);
    cipher_ratios.push_back(team.rate(Load::cipher, 2, options.slices) / one_cipher);
  }
  return {{"scaling", way == Way::uplink ? "uplink" : "downlink"},
          {"mix", sizes},
          {"sessions", rig.shape().sessions / kWorkers},
          {"mpps_of_one", mpps(median(one))},
          {"mpps_of_two", mpps(median(two))},
          {"ratio", median(ratios)},
          {"ratios", ratios},
          {"cipher_ratio", median(cipher_ratios)}};
}

void print(const nlohmann::json& row) {
  std::printf("%-8s %8u %6s %8.2f %8.2f %7.2f %7.2f\n", row["scaling"].get<std::string>().c_str(),
              row["sessions"].get<unsigned>(), row["mix"].get<std::string>().c_str(),
              row["mpps_of_one"].get<double>(), row["mpps_of_two"].get<double>(),
              row["ratio"].get<double>(), row["cipher_ratio"].get<double>());
  std::fflush(stdout);
}

int run(int count, char** arguments) {
  const Options options = parse_options("What a second worker brings", count, arguments);
  const Eal eal = start_eal(options, kWorkers);
  std::printf(
      "path     sessions   size  one Mpps two Mpps   ratio  cipher   (sessions of each worker)\n");
  measure_grid(options, kWorkers, measure, print);
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
