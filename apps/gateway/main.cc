// SPDX-License-Identifier: Apache-2.0
// jvpn-gateway: runs in the foreground until SIGINT or SIGTERM. Exit code 0, or 1 and one message
// on stderr with nothing half started.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "apps/gateway/gateway.h"
#include "crypto/self_test.h"

namespace {

using namespace jvpn;

struct Arguments {
  std::string config;
  bool check = false;
};

void set_up_log() {
  auto log = spdlog::stderr_color_mt("gateway");
  log->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  spdlog::set_default_logger(log);
}

Result<void> run(const Arguments& args) {
  if (auto sound = crypto_self_test(); !sound) return sound;
  auto config = load_gateway_config(args.config);
  if (!config) return tl::unexpected(config.error());
  if (args.check) {
    std::printf("%s is good\n", args.config.c_str());
    return {};
  }
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
  app.set_version_flag("--version", JVPN_VERSION);
  CLI11_PARSE(app, argc, argv);
  set_up_log();
  const Result<void> done = run(args);
  if (done) return 0;
  std::fprintf(stderr, "jvpn-gateway: %s\n", done.error().what.c_str());
  return 1;
}
