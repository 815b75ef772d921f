// SPDX-License-Identifier: Apache-2.0
// How long a packet stays: from the moment at which it lies in the receive queue to the transmit
// burst, at shares of the highest rate. Arrivals are a Poisson process; a slice during which the
// kernel took the core away is thrown away, so this is the plane's own latency.
//
//   bench_latency [--sessions 10000] [--sizes 64,1420] [--slices 51] [--json FILE]
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "grid.h"
#include "percentiles.h"
#include "slice.h"

namespace jvpn::bench {
namespace {

constexpr std::array kLoads{0.1, 0.5, 0.9};

/// Cycles per packet when there is always a full burst.
double full_rate(PathRig& rig, Traffic& traffic, Way way, int slices) {
  std::vector<double> samples;
  for (int i = 0; i < slices; ++i) {
    rig.ports(way).in.feed(0, traffic.fill(way));
    const auto cycles = cycles_of([&] { rig.forward(Traffic::kSlice); });
    if (cycles) samples.push_back(*cycles / Traffic::kSlice);
  }
  return median(samples);
}

/// Waiting times of one slice whose packets come `gap` cycles apart on average.
class PacedSlice {
 public:
  explicit PacedSlice(double gap) : gap_(gap) {}

  /// Appends the slice's latencies, cycles.
  void measure(PathRig& rig, Traffic& traffic, Way way, std::vector<double>& out) {
    const Ports ports = rig.ports(way);
    const std::span<rte_mbuf*> frames = traffic.fill(way);
    draw_arrivals();
    ports.in.feed_paced(0, frames, due_.data());
    ports.out.note_times(0, sent_.data());
    const std::size_t before = ports.out.sent(0);
    const auto whole = cycles_of([&] {
      while (ports.out.sent(0) - before < Traffic::kSlice) rig.worker().turn();
    });
    ports.out.note_times(0, nullptr);
    if (!whole) return;
    for (std::size_t i = 0; i < Traffic::kSlice; ++i) {
      out.push_back(static_cast<double>(sent_[i] - due_[i]));
    }
  }

 private:
  void draw_arrivals() {
    std::exponential_distribution<double> gap(1 / gap_);
    double at = static_cast<double>(rte_rdtsc()) + us_to_cycles(50);
    for (std::uint64_t& due : due_) due = static_cast<std::uint64_t>(at += gap(random_));
  }
  static double us_to_cycles(double us) { return us * static_cast<double>(rte_get_tsc_hz()) / 1e6; }

  double gap_;
  std::array<std::uint64_t, Traffic::kSlice> due_{};
  std::array<std::uint64_t, Traffic::kSlice> sent_{};
  std::mt19937_64 random_{3};
};

nlohmann::json measure(PathRig& rig, Way way, const std::string& sizes, const Options& options) {
  const Sizes parsed = parse_sizes(sizes);
  Traffic traffic(rig, buffers_for(parsed), options.spread(), parsed);
  const double full = full_rate(rig, traffic, way, options.slices);
  nlohmann::json loads = nlohmann::json::array();
  for (const double load : kLoads) {
    std::vector<double> latencies;
    PacedSlice slice(full / load);
    for (int i = 0; i < 4 * options.slices; ++i) slice.measure(rig, traffic, way, latencies);
    nlohmann::json row = percentiles(latencies);
    row["load"] = load;
    row["packets"] = latencies.size();
    loads.push_back(row);
  }
  return {{"latency", way == Way::uplink ? "uplink" : "downlink"},
          {"mix", sizes},
          {"sessions", rig.shape().sessions},
          {"full_mpps", 1 / us(full)},
          {"us", loads}};
}

void print(const nlohmann::json& row) {
  for (const nlohmann::json& load : row["us"]) {
    std::printf("%-8s %8u %6s %5.0f %% %8.2f %8.2f %8.2f %8.2f\n",
                row["latency"].get<std::string>().c_str(), row["sessions"].get<unsigned>(),
                row["mix"].get<std::string>().c_str(), 100 * load["load"].get<double>(),
                load["p50"].get<double>(), load["p99"].get<double>(), load["p99.9"].get<double>(),
                load["max"].get<double>());
  }
  std::fflush(stdout);
}

int run(int count, char** arguments) {
  const Options options = parse_options("How long a packet stays", count, arguments);
  const Eal eal = start_eal(options);
  std::printf("path     sessions   size    load   p50 us      p99    p99.9      max\n");
  measure_grid(options, 1, measure, print);
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
