// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <CLI/CLI.hpp>

namespace jvpn::bench {

StormOptions parse_storm_options(int count, char** arguments) {
  StormOptions out;
  auto arrival_ms = static_cast<std::int64_t>(to_ms(out.plan.arrival));
  CLI::App app{"What a storm of jumps costs the data plane"};
  app.add_option("--sessions", out.sessions, "that all jump")->check(CLI::Range(16, 32'768));
  app.add_option("--size", out.size, "of inner packets in bytes, or imix");
  app.add_option("--ways", out.ways, "uplink, downlink")->delimiter(',');
  app.add_option("--storms", out.storms, "of which the middle one counts")
      ->check(CLI::Range(1, 99));
  app.add_option("--slices", out.plan.slices, "before each storm, and after it")
      ->check(CLI::Range(3, 9999));
  app.add_option("--packets", out.packets, "of data in a slice; 0: a millisecond's")
      ->check(CLI::Range(0, 32'768));
  app.add_option("--arrival-ms", arrival_ms, "from a storm's first REQUEST to its last")
      ->check(CLI::Range(0, 10'000));
  app.add_option("--control-core", out.control_core, "of the control loop and the clients");
  app.add_option("--worker-core", out.worker_core, "of the worker");
  app.add_option("--json", out.json, "file for a row a line");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  out.plan.arrival = std::chrono::milliseconds(arrival_ms);
  return out;
}

}  // namespace jvpn::bench
