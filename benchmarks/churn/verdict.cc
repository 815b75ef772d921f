// SPDX-License-Identifier: Apache-2.0
// The results for people.
#include <fmt/format.h>

#include "benchmarks/churn/results.h"

namespace jvpn::churn {
namespace {

double ms(Duration value) {
  return std::chrono::duration<double, std::milli>(value).count();
}

double us_each(Duration whole, std::uint64_t count) {
  const double us = std::chrono::duration<double, std::micro>(whole).count();
  return count == 0 ? 0 : us / static_cast<double>(count);
}

void line(std::ostream& out, const char* name, const Histogram& times) {
  if (times.count() == 0) return;
  out << fmt::format("  {:10} p50 {:9.3f}  p95 {:9.3f}  p99 {:9.3f}  max {:9.3f} ms  ({})\n", name,
                     ms(times.percentile(0.50)), ms(times.percentile(0.95)),
                     ms(times.percentile(0.99)), ms(times.max()), times.count());
}

void lines(std::ostream& out, const JumpTimes& times) {
  line(out, "detection", times.detection);
  line(out, "reattach", times.reattach);
  line(out, "attached", times.attached);
  line(out, "gap", times.gap);
}

void data_line(std::ostream& out, const char* name, const FlowCounts& flow) {
  out << fmt::format(
      "  {:4} {} sent, {} received, {} lost where a path died, {} lost otherwise, {} late, "
      "{} twice\n",
      name, flow.sent, flow.received, flow.lost_at_jump, flow.lost_otherwise, flow.late,
      flow.duplicated);
}

}  // namespace

bool passed(const Results& results, const Tally& tally) {
  std::uint64_t unfinished = results.unfinished_jumps;
  for (const auto& storm : results.storms) unfinished += storm->unfinished + storm->times.skipped;
  return results.unborn == 0 && unfinished == 0 && tally.violations.sum() == 0 &&
         !results.interrupted;
}

void write_summary(const Options& options, const Results& results, const Tally& tally,
                   std::ostream& out) {
  const auto control = [&](const Stretch& stretch, std::uint64_t count, const char* what) {
    if (options.gateway_pid == 0) return std::string();
    return fmt::format(
        "; processor time a {}: {:.1f} us in control, {:.1f} us in all of the gateway"
        ", {:.1f} us here",
        what, us_each(stretch.control(), count), us_each(stretch.process(), count),
        us_each(stretch.own(), count));
  };
  out << fmt::format("births: {} of {} in {:.2f} s{}\n", tally.births, options.who.count,
                     ms(results.births.wall) / 1000,
                     control(results.births, tally.births, "birth"));
  line(out, "birth", tally.birth);
  for (const auto& storm : results.storms) {
    const std::uint64_t moved = storm->times.attached.count();
    out << fmt::format("all at once: {} jumped, ATTACHED again in {:.3f} s, {} not{}\n", moved,
                       ms(storm->stretch.wall) / 1000, storm->unfinished + storm->times.skipped,
                       control(storm->stretch, moved, "jump"));
    lines(out, storm->times);
  }
  out << fmt::format("steady: {:.1f} s, {} jumps, {} skipped, {} put off, {} unfinished\n",
                     ms(results.steady.wall) / 1000, tally.steady.attached.count(),
                     tally.steady.skipped, tally.steady.put_off, results.unfinished_jumps);
  lines(out, tally.steady);
  line(out, "round trip", tally.round_trip);
  if (options.gateway_pid != 0 && results.steady.wall > Duration::zero()) {
    const double wall = ms(results.steady.wall);
    out << fmt::format(
        "  of a core: control {:.1f} %, all of the gateway {:.1f} %, jvpn-churn {:.1f} %; the "
        "gateway's memory {} KiB at the beginning, {} at the end\n",
        ms(results.steady.control()) / wall * 100, ms(results.steady.process()) / wall * 100,
        ms(results.steady.own()) / wall * 100, results.steady.before.rss_kib,
        results.steady.after.rss_kib);
  }
  data_line(out, "up", tally.up);
  data_line(out, "down", tally.down);
  if (results.refused_datagrams + results.overrun_datagrams + tally.withheld > 0) {
    out << fmt::format(
        "  here: {} datagrams refused by the kernel, {} overran our sockets, {} packets withheld\n",
        results.refused_datagrams, results.overrun_datagrams, tally.withheld);
  }
  const Violations& v = tally.violations;
  out << fmt::format(
      "violations: {} duplicate deliveries, {} packets of a wrong session, {} changed identities, "
      "{} unexpected ends, {} security events\n",
      v.duplicate_deliveries, v.wrong_session_packets, v.identity_changes, v.unexpected_ends,
      v.security_events);
  for (const auto& [reason, count] : tally.ends) {
    out << fmt::format("  ended: {} x {}\n", count, to_string(reason));
  }
  if (results.unborn > 0) out << fmt::format("{} sessions were not ATTACHED\n", results.unborn);
  if (results.interrupted) out << "interrupted before its end\n";
  out << (passed(results, tally) ? "PASSED\n" : "FAILED\n");
}

}  // namespace jvpn::churn
