// SPDX-License-Identifier: Apache-2.0
// The results for programs.
#include <nlohmann/json.hpp>

#include "benchmarks/churn/results.h"

namespace jvpn::churn {
namespace {

using Json = nlohmann::ordered_json;

double us(Duration value) {
  return std::chrono::duration<double, std::micro>(value).count();
}

Json json_of(const Histogram& times) {
  return {{"count", times.count()},
          {"p50_us", us(times.percentile(0.50))},
          {"p95_us", us(times.percentile(0.95))},
          {"p99_us", us(times.percentile(0.99))},
          {"max_us", us(times.max())}};
}

Json json_of(const JumpTimes& times) {
  return {{"ordered", times.ordered},
          {"skipped", times.skipped},
          {"put_off", times.put_off},
          {"detection", json_of(times.detection)},
          {"reattach", json_of(times.reattach)},
          {"attached", json_of(times.attached)},
          {"gap", json_of(times.gap)}};
}

Json json_of(const FlowCounts& flow) {
  return {{"sent", flow.sent},
          {"received", flow.received},
          {"lost_at_jump", flow.lost_at_jump},
          {"lost_otherwise", flow.lost_otherwise},
          {"late", flow.late},
          {"duplicated", flow.duplicated}};
}

/// Nothing is said of a gateway that was not watched.
Json json_of(const Stretch& stretch, std::uint64_t count, bool watched) {
  Json json{{"seconds", us(stretch.wall) / 1e6}, {"churn_us", us(stretch.own())}};
  if (!watched) return json;
  json["control_us"] = us(stretch.control());
  if (count > 0) json["control_us_each"] = us(stretch.control()) / static_cast<double>(count);
  json["process_us"] = us(stretch.process());
  json["rss_kib_before"] = stretch.before.rss_kib;
  json["rss_kib_after"] = stretch.after.rss_kib;
  json["huge_kib"] = stretch.after.huge_kib;
  return json;
}

Json json_of(const Options& options) {
  return {{"sessions", options.who.count},
          {"seed", options.who.seed},
          {"seconds", options.seconds},
          {"data_interval_ms", to_ms(options.data_interval)},
          {"packet_size", options.packet_size},
          {"jump_interval_ms", to_ms(options.jump_interval)},
          {"storms", options.storms},
          {"death", options.death == Death::link ? "link" : "silent"}};
}

Json json_of(const Violations& violations) {
  return {{"duplicate_deliveries", violations.duplicate_deliveries},
          {"wrong_session_packets", violations.wrong_session_packets},
          {"identity_changes", violations.identity_changes},
          {"unexpected_ends", violations.unexpected_ends},
          {"security_events", violations.security_events}};
}

Json storms_of(const Results& results, bool watched) {
  Json all = Json::array();
  for (const auto& storm : results.storms) {
    Json one = json_of(storm->stretch, storm->times.attached.count(), watched);
    one["unfinished"] = storm->unfinished;
    one.update(json_of(storm->times));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

void write_json(const Options& options, const Results& results, const Tally& tally,
                std::ostream& out) {
  const bool watched = options.gateway_pid != 0;
  Json births = json_of(results.births, tally.births, watched);
  births["count"] = tally.births;
  births["unborn"] = results.unborn;
  births["time"] = json_of(tally.birth);
  Json steady = json_of(results.steady, tally.steady.attached.count(), watched);
  steady["rss_kib_max"] = results.rss_kib_max;
  steady["unfinished"] = results.unfinished_jumps;
  steady.update(json_of(tally.steady));
  Json ends = Json::object();
  for (const auto& [reason, count] : tally.ends) ends[std::string(to_string(reason))] = count;
  Json events = Json::object();
  for (const auto& [type, count] : tally.events) events[std::string(type)] = count;
  const Json all{{"options", json_of(options)},
                 {"births", births},
                 {"storms", storms_of(results, watched)},
                 {"steady", steady},
                 {"data",
                  {{"up", json_of(tally.up)},
                   {"down", json_of(tally.down)},
                   {"round_trip", json_of(tally.round_trip)},
                   {"withheld", tally.withheld}}},
                 {"here",
                  {{"refused_datagrams", results.refused_datagrams},
                   {"overrun_datagrams", results.overrun_datagrams},
                   {"strays", tally.strays}}},
                 {"violations", json_of(tally.violations)},
                 {"ends", ends},
                 {"events", events},
                 {"interrupted", results.interrupted},
                 {"passed", passed(results, tally)}};
  out << all.dump(2) << '\n';
}

}  // namespace jvpn::churn
