// SPDX-License-Identifier: Apache-2.0
// jvpnctl: asks a running gateway. Exit code 0, or 1 and one message on stderr.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "apps/common/paths.h"
#include "apps/ctl/commands.h"

namespace {

using namespace jvpn;

struct Arguments {
  std::string socket = kDefaultControlSocket;
  std::string session;
  CtlOptions options;
};

using Command = std::function<Result<std::string>(const ApiClient&)>;

/// Declares every command; the one that is given puts what to do into `chosen`.
void declare_commands(CLI::App& app, Arguments& args, Command& chosen) {
  app.add_option("--socket", args.socket, "the gateway's control socket")->capture_default_str();
  app.add_flag("--json", args.options.json, "print the API's JSON");
  app.set_version_flag("--version", JVPN_VERSION);
  app.require_subcommand(1);
  app.fallthrough();  // options may also follow the command

  const auto plain = [&](const char* name, const char* help, auto run) {
    app.add_subcommand(name, help)->callback([&args, &chosen, run] {
      chosen = [&args, run](const ApiClient& api) { return run(api, args.options); };
    });
  };
  const auto on_session = [&](const char* name, const char* help, auto run) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("id", args.session, "session id, or enough of its beginning")->required();
    command->callback([&args, &chosen, run] {
      chosen = [&args, run](const ApiClient& api) { return run(api, args.session, args.options); };
    });
  };
  plain("sessions", "list all sessions", list_sessions);
  on_session("show", "all that is known of one session", show_session);
  on_session("terminate", "end a session; its client is told", terminate_session);
  on_session("rekey", "give a session fresh traffic keys", rekey_session);
  plain("policy", "the policy in force for new sessions", show_policy);
  plain("counters", "packets by fate, ports, refusals", show_counters);
  plain("workers", "load, sessions and frames of each worker; how frames find theirs",
        show_workers);
  plain("gateway", "what is running", show_gateway);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Asks a running jvpn-gateway about its sessions.", "jvpnctl"};
  Arguments args;
  Command command;
  declare_commands(app, args, command);
  CLI11_PARSE(app, argc, argv);

  const Result<std::string> text = command(ApiClient(args.socket));
  if (!text) {
    std::fprintf(stderr, "jvpnctl: %s\n", text.error().what.c_str());
    return 1;
  }
  std::fputs(text->c_str(), stdout);
  return 0;
}
