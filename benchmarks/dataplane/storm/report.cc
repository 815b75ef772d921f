// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <cstdio>

#include "benchmarks/dataplane/percentiles.h"
#include "benchmarks/dataplane/slice.h"

namespace jvpn::bench {
namespace {

using json = nlohmann::json;

/// Of these none may be lost.
constexpr std::array kRings{"punt_full", "tx_full", "injected_lost"};
/// Answers are lost when the kernel takes the worker's core for as long as control takes to fill
/// the inject ring; clients ask again.
constexpr std::array kOtherDrops{"sends_lost", "notices_lost", "control_budget",
                                 "unbound_transport", "late_unbound"};
constexpr double kUsOfASecond = 1e6;

/// What each storm says of itself.
template <class Say>
std::vector<double> each(const std::vector<StormResult>& storms, Say&& say) {
  std::vector<double> all;
  for (const StormResult& storm : storms) all.push_back(say(storm));
  return all;
}

double ratio_while_it_lasts(const StormResult& storm) {
  return storm.before.per_packet() / storm.during.per_packet();
}

/// The worker's time that went to the storm instead of data, us. Slices that were thrown away are
/// taken to have been like the others.
double extra_us(const StormResult& storm) {
  const Tally& during = storm.during;
  const double all = during.slices + during.disturbed;
  return us(during.cycles - during.packets * storm.before.per_packet()) * all / during.slices;
}

/// Of the throughput, what is left over the second in which the storm falls, or as long as it
/// lasts: the same work, done faster, is not worse.
double ratio_of(const StormResult& storm) {
  const double lasts_us = static_cast<double>(storm.all.count()) / 1e3;
  return 1 - extra_us(storm) / std::max(lasts_us, kUsOfASecond);
}

json times_of(const std::vector<StormResult>& storms) {
  const auto ms = [&](Duration StormResult::*until) {
    return median(each(storms, [&](const StormResult& storm) {
      return static_cast<double>((storm.*until).count()) / 1e6;
    }));
  };
  return {{"half", ms(&StormResult::half)},
          {"99 %", ms(&StormResult::nearly_all)},
          {"all", ms(&StormResult::all)}};
}

json ns_of(const std::vector<StormResult>& storms) {
  const auto ns = [&](Tally StormResult::*part) {
    return median(each(
        storms, [&](const StormResult& storm) { return 1e3 * us((storm.*part).per_packet()); }));
  };
  return {{"before", ns(&StormResult::before)},
          {"during", ns(&StormResult::during)},
          {"after", ns(&StormResult::after)}};
}

int disturbed(const StormResult& storm) {
  return storm.before.disturbed + storm.during.disturbed + storm.after.disturbed;
}

void print_latency(const char* when, const json& us_of) {
  std::printf("  %-8s p50 %.1f  p99 %.1f  p99.9 %.1f  max %.1f us\n", when,
              us_of["p50"].get<double>(), us_of["p99"].get<double>(), us_of["p99.9"].get<double>(),
              us_of["max"].get<double>());
}

}  // namespace

json throughput_of(const std::vector<StormResult>& storms, std::uint32_t sessions) {
  const auto ratios = each(storms, ratio_of);
  const auto per_jump = [&](auto say) { return median(each(storms, say)) / sessions; };
  json row{{"ns", ns_of(storms)}, {"ms", times_of(storms)}, {"ratios", ratios}};
  row["ratio"] = median(ratios);
  row["bar"] = kThroughputBar;
  row["ratio_while_it_lasts"] = median(each(storms, ratio_while_it_lasts));
  row["worker_us_per_jump"] = per_jump(extra_us);
  row["control_us_per_jump"] = per_jump([](const StormResult& s) { return us(s.during.control); });
  row["data_lost"] =
      median(each(storms, [](const StormResult& s) { return static_cast<double>(s.during.lost); }));
  row["slices_thrown_away"] =
      median(each(storms, [](const StormResult& s) { return static_cast<double>(disturbed(s)); }));
  return row;
}

json latency_of(const std::vector<StormResult>& storms) {
  std::vector<double> before, during;
  for (const StormResult& storm : storms) {
    std::ranges::copy(storm.before.latencies, std::back_inserter(before));
    std::ranges::copy(storm.during.latencies, std::back_inserter(during));
  }
  return {{"before", percentiles(before)}, {"during", percentiles(during)}};
}

json drops_of(GatewayRig& rig) {
  const auto counters = rig.loop().counters();
  json out;
  for (const char* name : kRings) out[name] = counters.at(name);
  for (const char* name : kOtherDrops) out[name] = counters.at(name);
  return out;
}

bool rings_held(const json& row) {
  return std::ranges::all_of(
      kRings, [&](const char* name) { return row["drops"][name].get<std::uint64_t>() == 0; });
}

void print_heading() {
  std::printf(
      "path     sessions   size   before   during    after  ratio   bound ms: half  99 %%   all"
      "   us/jump: worker control\n");
}

void print_row(const json& row) {
  const double ratio = row["ratio"].get<double>();
  std::printf("%-8s %8u %6s %8.1f %8.1f %8.1f %6.3f %15.0f %5.0f %5.0f %17.2f %7.1f\n",
              row["storm"].get<std::string>().c_str(), row["sessions"].get<unsigned>(),
              row["mix"].get<std::string>().c_str(), row["ns"]["before"].get<double>(),
              row["ns"]["during"].get<double>(), row["ns"]["after"].get<double>(), ratio,
              row["ms"]["half"].get<double>(), row["ms"]["99 %"].get<double>(),
              row["ms"]["all"].get<double>(), row["worker_us_per_jump"].get<double>(),
              row["control_us_per_jump"].get<double>());
  std::printf("  bar: %.2f of the throughput over a second: %s; %.3f while the storm lasts\n",
              kThroughputBar, ratio >= kThroughputBar ? "met" : "missed",
              row["ratio_while_it_lasts"].get<double>());
  std::printf("  latency at %.0f %% load:\n", 100 * row["load"].get<double>());
  print_latency("before", row["latency_us"]["before"]);
  print_latency("during", row["latency_us"]["during"]);
  std::printf("  drops since the start: %s\n", row["drops"].dump().c_str());
  std::fflush(stdout);
}

}  // namespace jvpn::bench
