// SPDX-License-Identifier: Apache-2.0
// jvpn: the client. `jvpn up FILE` runs in the foreground; `jvpn keygen` and `jvpn pubkey` make
// keys.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "apps/client/config.h"
#include "apps/client/keys.h"
#include "apps/client/loop.h"
#include "client/os/kill_switch.h"
#include "crypto/self_test.h"

namespace {

using jvpn::Result;

Result<void> up(const std::string& file) {
  auto config = jvpn::client::read_config(file);
  if (!config) return tl::unexpected(config.error());
  auto loop = jvpn::client::Loop::create(std::move(*config));
  if (!loop) return tl::unexpected(loop.error());
  return (*loop)->run();
}

Result<void> unlock_network() {
  if (jvpn::client::KillSwitch::is_closed()) return jvpn::client::KillSwitch::open();
  return jvpn::fail("the kill switch is not closed, or this user may not see it");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Jumping VPN client: one session, whatever the network under it does");
  app.require_subcommand(1);
  std::string file;
  CLI::App* up_command = app.add_subcommand("up", "Connect and stay connected until Ctrl-C");
  up_command->add_option("FILE", file, "Configuration (TOML)")->required();
  CLI::App* keygen = app.add_subcommand("keygen", "Write a new private key to standard output");
  app.add_subcommand("pubkey", "Read a private key, write its public key");
  CLI::App* unlock =
      app.add_subcommand("unlock", "Open the kill switch that a run which crashed has left closed");
  CLI11_PARSE(app, argc, argv);

  spdlog::set_default_logger(spdlog::stderr_color_mt("jvpn"));
  spdlog::set_pattern("%H:%M:%S.%e %^%l%$ %v");
  Result<void> done = jvpn::crypto_self_test();
  if (done && up_command->parsed()) {
    done = up(file);
  } else if (done && unlock->parsed()) {
    done = unlock_network();
  } else if (done && keygen->parsed()) {
    jvpn::client::write_new_key(std::cout);
  } else if (done) {
    done = jvpn::client::write_public_key(std::cin, std::cout);
  }
  if (done) return 0;
  std::cerr << "jvpn: " << done.error().what << std::endl;
  return 1;
}
