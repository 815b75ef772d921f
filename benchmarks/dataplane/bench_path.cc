// SPDX-License-Identifier: Apache-2.0
// The packet path against its floor, the bare cipher call of the same direction over the same
// buffers, sizes, keys and order of sessions. Path and floors take turns over the same slices of
// 2 048 packets; medians are compared, of each row the middle one of several runs counts.
//
//   bench_path [--sessions 1,1000] [--sizes 64,512,1420,imix] [--zipf] [--runs 3] [--json FILE]
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/ensure.h"
#include "floor.h"
#include "options.h"
#include "recording.h"
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

std::optional<double> measure_path(PathRig& rig, std::span<rte_mbuf*> frames, Way way) {
  const Ports ports = rig.ports(way);
  ports.in.feed(0, frames);
  const std::size_t before = ports.out.sent(0);
  const auto cycles = cycles_of([&] { rig.forward(Traffic::kSlice); });
  ensure(ports.out.sent(0) - before == Traffic::kSlice,
         "the path forwards what it is measured with");
  return cycles;
}

std::optional<double> measure_floor(PathRig& rig, std::span<const Packet> packets, Floor& floor,
                                    std::size_t ahead, Way way) {
  floor.prepare(rig, packets, way);
  return cycles_of([&] { floor.run(ahead); });
}

/// The slices of one round. The first of them bring into the cache what the rest find there, and do
/// not count.
struct Round {
  std::size_t slices = 33;
  std::size_t warm_up = 16;

  /// As many as fit into a moderate amount of memory.
  static Round of(const Sizes& sizes) {
    constexpr std::size_t kMost = 256 << 20;
    const auto slice = static_cast<std::size_t>(mean(sizes)) * Traffic::kSlice;
    const std::size_t slices = std::clamp<std::size_t>(kMost / slice, 5, Round{}.slices);
    return {slices, slices / 2};
  }
};

/// The floors and the path in turn over the same slices, until each has had as many as wanted.
Run measure(PathRig& rig, Traffic& traffic, Way way, const Round& round, std::size_t wanted) {
  Floor floor;
  std::array<std::vector<double>, Floor::kAhead.size()> floors;
  std::vector<double> path;
  Run run;
  const auto keep = [&](std::vector<double>& samples, std::size_t slice,
                        const std::optional<double>& cycles) {
    if (slice < round.warm_up) return;
    cycles ? samples.push_back(*cycles / kSlice) : void(++run.thrown_away);
  };
  for (std::size_t done = 0; done < wanted; done += round.slices - round.warm_up) {
    Recording recording(traffic, way, round.slices);
    for (std::size_t i = 0; i < floors.size(); ++i) {
      for (std::size_t n = 0; n < round.slices; ++n) {
        recording.load(n);
        keep(floors[i], n, measure_floor(rig, recording.packets(n), floor, Floor::kAhead[i], way));
      }
      ensure(floor.worked(), "the floor does what it is measured for");
    }
    for (std::size_t n = 0; n < round.slices; ++n)
      keep(path, n, measure_path(rig, recording.load(n), way));
  }
  std::ranges::transform(floors, run.floors.begin(), median);
  run.path = median(path);
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
      row.runs.push_back(measure(rig, traffic, row.way, Round::of(sizes),
                                 static_cast<std::size_t>(options.slices)));
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
