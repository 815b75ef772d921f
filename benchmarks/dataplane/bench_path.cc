// SPDX-License-Identifier: Apache-2.0
// The packet path against its floor, the bare cipher call of the same direction over the same
// buffers, sizes, keys and order of sessions. Path and floors take turns in slices of 2 048
// packets; medians are compared, of each row the middle one of several runs counts.
//
//   bench_path [--sessions 1,1000] [--sizes 64,512,1420,imix] [--zipf] [--runs 3] [--json FILE]
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/ensure.h"
#include "floor.h"
#include "options.h"
#include "slice.h"

namespace jvpn::bench {
namespace {

constexpr double kSlice = Traffic::kSlice;

/// Medians of one run, cycles per packet.
struct Run {
  double path = 0;
  std::array<double, Floor::kAhead.size()> floors{};
  int thrown_away = 0;

  double floor() const { return *std::ranges::min_element(floors); }
  double ratio() const { return path / floor(); }
};

struct Row {
  Way way;
  std::string sizes;
  std::uint32_t sessions;
  std::vector<Run> runs;

  const Run& middle() {
    std::ranges::sort(runs, {}, &Run::ratio);
    return runs[runs.size() / 2];
  }
};

std::optional<double> measure_path(PathRig& rig, Traffic& traffic, Way way) {
  const Ports ports = rig.ports(way);
  ports.in.feed(0, traffic.fill(way));
  const std::size_t before = ports.out.sent(0);
  const auto cycles = cycles_of([&] { rig.forward(Traffic::kSlice); });
  ensure(ports.out.sent(0) - before == Traffic::kSlice,
         "the path forwards what it is measured with");
  return cycles;
}

std::optional<double> measure_floor(PathRig& rig, Traffic& traffic, Floor& floor, std::size_t ahead,
                                    Way way) {
  traffic.fill(way);
  floor.prepare(rig, traffic.packets(), way);
  const auto cycles = cycles_of([&] { floor.run(ahead); });
  ensure(floor.worked(), "the floor does what it is measured for");
  return cycles;
}

/// Path and floors in turn, for as many slices each.
Run measure(PathRig& rig, Traffic& traffic, Way way, int slices) {
  Floor floor;
  std::array<std::vector<double>, Floor::kAhead.size() + 1> samples;
  Run run;
  const auto keep = [&](std::size_t whose, const std::optional<double>& cycles) {
    cycles ? samples[whose].push_back(*cycles / kSlice) : void(++run.thrown_away);
  };
  for (int slice = 0; slice < slices; ++slice) {
    for (std::size_t i = 0; i < Floor::kAhead.size(); ++i) {
      keep(i, measure_floor(rig, traffic, floor, Floor::kAhead[i], way));
    }
    keep(Floor::kAhead.size(), measure_path(rig, traffic, way));
  }
  for (std::size_t i = 0; i < Floor::kAhead.size(); ++i) run.floors[i] = median(samples[i]);
  run.path = median(samples.back());
  return run;
}

double ns(double cycles) {
  return cycles * 1e9 / static_cast<double>(rte_get_tsc_hz());
}

nlohmann::json to_json(Row& row, const Options& options, const std::string& memory) {
  const Run& run = row.middle();
  const double size = mean(parse_sizes(row.sizes));
  nlohmann::json floors;
  for (std::size_t i = 0; i < run.floors.size(); ++i) {
    floors[std::to_string(Floor::kAhead[i])] = ns(run.floors[i]);
  }
  nlohmann::json runs;
  for (const Run& each : row.runs) {
    runs.push_back({{"ns", ns(each.path)},
                    {"floor_ns", ns(each.floor())},
                    {"ratio", each.ratio()},
                    {"slices_thrown_away", each.thrown_away}});
  }
  return {{"path", row.way == Way::uplink ? "uplink" : "downlink"},
          {"size", size},
          {"mix", row.sizes},
          {"sessions", row.sessions},
          {"workers", 1},
          {"draw", options.zipf ? "zipf" : "uniform"},
          {"ns", ns(run.path)},
          {"cycles", run.path},
          {"floor_ns", ns(run.floor())},
          {"floor_ns_by_prefetch", floors},
          {"ratio", run.ratio()},
          {"mpps", 1e3 / ns(run.path)},
          {"gbps", size * 8 / ns(run.path)},
          {"memory", memory},
          {"runs", runs}};
}

void print(const nlohmann::json& row) {
  std::printf("%-8s %8u %6s %8.1f %8.1f %7.2f %8.0f %7.2f %7.1f\n",
              row["path"].get<std::string>().c_str(), row["sessions"].get<unsigned>(),
              row["mix"].get<std::string>().c_str(), row["floor_ns"].get<double>(),
              row["ns"].get<double>(), row["ratio"].get<double>(), row["cycles"].get<double>(),
              row["mpps"].get<double>(), row["gbps"].get<double>());
  std::fflush(stdout);
}

/// All rows of one number of sessions. Runs are rounds through all rows, so that those of one row
/// lie apart.
std::vector<Row> measure_rows(std::uint32_t sessions, const Options& options) {
  PathRig rig({.sessions = sessions});
  std::vector<Row> rows;
  for (const std::string& sizes : options.sizes) {
    for (const std::string& way : options.ways)
      rows.push_back({parse_way(way), sizes, sessions, {}});
  }
  for (int i = 0; i < options.runs; ++i) {
    for (Row& row : rows) {
      const Sizes sizes = parse_sizes(row.sizes);
      Traffic traffic(rig, buffers_for(sizes), options.spread(), sizes);
      row.runs.push_back(measure(rig, traffic, row.way, options.slices));
    }
  }
  return rows;
}

int run(int count, char** arguments) {
  const Options options =
      parse_options("The packet path against the bare cipher", count, arguments);
  const Eal eal = start_eal(options);
  std::ofstream json(options.json);
  std::printf("memory: %s\n", eal.memory_kind().c_str());
  std::printf("path     sessions   size floor ns  path ns   ratio   cycles    Mpps  Gbit/s\n");
  for (const std::uint32_t sessions : options.sessions) {
    for (Row& row : measure_rows(sessions, options)) {
      const nlohmann::json described = to_json(row, options, eal.memory_kind());
      print(described);
      if (json.is_open()) json << described << std::endl;
    }
  }
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
