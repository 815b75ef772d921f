// SPDX-License-Identifier: Apache-2.0
// The packet path stage by stage: the same slices as bench_path's, with a probe around each stage.
// The probes cost and keep stages from overlapping, so the sum is a little more than the path.
//
//   bench_stages [--sessions 1,1000] [--sizes 64,512,1420,imix] [--zipf] [--json FILE]
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/ensure.h"
#include "grid.h"
#include "slice.h"
#include "stage_clock.h"

namespace jvpn::bench {
namespace {

using Samples = std::array<std::vector<double>, kStageNames.size()>;

void measure_slice(PathRig& rig, Traffic& traffic, Way way, Samples& samples) {
  rig.ports(way).in.feed(0, traffic.fill(way));
  stage_clock.restart();
  const auto whole = cycles_of([&] {
    rig.forward(Traffic::kSlice);
    stage_clock.pass_to(0);
  });
  if (!whole) return;
  for (std::size_t i = 0; i < kStageNames.size(); ++i) {
    samples[i].push_back(static_cast<double>(stage_clock.charged()[i]) / Traffic::kSlice);
  }
}

nlohmann::json measure(PathRig& rig, Way way, const std::string& sizes, const Options& options) {
  const Sizes parsed = parse_sizes(sizes);
  Traffic traffic(rig, buffers_for(parsed), options.spread(), parsed);
  Samples samples;
  for (int slice = 0; slice < options.slices; ++slice) measure_slice(rig, traffic, way, samples);
  nlohmann::json stages;
  for (std::size_t i = 0; i < kStageNames.size(); ++i) {
    const double cycles = median(samples[i]);
    if (cycles > 0) {
      stages[kStageNames[i]] = cycles * 1e9 / static_cast<double>(rte_get_tsc_hz());
    }
  }
  return {{"path", way == Way::uplink ? "uplink" : "downlink"},
          {"mix", sizes},
          {"sessions", rig.shape().sessions},
          {"draw", options.zipf ? "zipf" : "uniform"},
          {"stages", stages}};
}

void print(const nlohmann::json& row) {
  std::printf("%-8s %8u %6s ", row["path"].get<std::string>().c_str(),
              row["sessions"].get<unsigned>(), row["mix"].get<std::string>().c_str());
  for (const auto& [name, ns] : row["stages"].items()) {
    std::printf(" %s %.1f", name.c_str(), ns.get<double>());
  }
  std::printf("\n");
  std::fflush(stdout);
}

int run(int count, char** arguments) {
  const Options options = parse_options("The packet path stage by stage", count, arguments);
  const Eal eal = start_eal(options);
  stage_clock.calibrate();
  std::printf("memory: %s\nns per packet by stage\n", eal.memory_kind().c_str());
  measure_grid(options, 1, measure, print);
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
