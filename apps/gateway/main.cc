// SPDX-License-Identifier: Apache-2.0
// jvpn-gateway: runs in the foreground until SIGINT or SIGTERM; SIGHUP makes it read its policy
// again. Exit code 0, or 1 and one message
// on stderr with nothing half started.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "apps/gateway/flight_file.h"
#include "apps/gateway/gateway.h"
#include "apps/gateway/last_policy.h"
#include "apps/gateway/node_secrets.h"
#include "crypto/self_test.h"

namespace {

using namespace jvpn;

struct Arguments {
  std::string config;
  bool check = false;
  std::string record;
  std::string replay;
};

void set_up_log() {
  auto log = spdlog::stderr_color_mt("gateway");
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(log);
}

Result<void> fly_again(const std::string& tape, ControlConfig control) {
  const auto report = replay_flight(
      tape, [&](RandomSource& random) { return with_secrets(std::move(control), random); });
  if (!report) return tl::unexpected(report.error());
  if (!report->same()) return fail("the flight went another way: " + report->parted);
  std::printf("%llu inputs, %llu audit events, all as they were recorded\n",
              static_cast<unsigned long long>(report->inputs),
              static_cast<unsigned long long>(report->events));
  return {};
}

Result<void> run(const Arguments& args) {
  if (auto sound = crypto_self_test(); !sound) return sound;
  const bool starts = !args.check && args.replay.empty();
  auto config = starts ? load_config_to_start(args.config) : load_gateway_config(args.config);
  if (!config) return tl::unexpected(config.error());
  if (args.check) {
    std::printf("%s is good\n", args.config.c_str());
    return {};
  }
  if (!args.replay.empty()) return fly_again(args.replay, std::move(config->control));
  config->flight_file = args.record;
  std::signal(SIGPIPE, SIG_IGN);  // an operator that hangs up is no reason to end
  auto stop = StopSignal::create();
  if (!stop) return tl::unexpected(stop.error());
  auto gateway = Gateway::start(std::move(*config));
  if (!gateway) return tl::unexpected(gateway.error());
  (*gateway)->run(*stop);
  spdlog::info("ended");
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The gateway of Jumping VPN.", "jvpn-gateway"};
  Arguments args;
  app.add_option("--config", args.config, "configuration file (TOML)")->required();
  app.add_flag("--check", args.check, "check the configuration and start nothing");
  app.add_option("--record", args.record,
                 "write all that control is told and given to this new file; it holds secrets");
  app.add_option("--replay", args.replay,
                 "fly a recorded flight again: the same audit must come out; starts nothing");
  app.set_version_flag("--version", JVPN_VERSION);
  CLI11_PARSE(app, argc, argv);
  set_up_log();
  const Result<void> done = run(args);
  if (done) return 0;
  std::fprintf(stderr, "jvpn-gateway: %s\n", done.error().what.c_str());
  return 1;
}
