// SPDX-License-Identifier: Apache-2.0
// jvpn-churn: very many real sessions from one process. `peers` writes what the gateway must be
// told of them, `run` makes them live. Exit code 0: all lived, jumped and ended, and nothing was
// violated; 1: not so; 2: it could not begin.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "apps/common/key_file.h"
#include "benchmarks/churn/conductor.h"
#include "benchmarks/churn/signals.h"

namespace jvpn::churn {
namespace {

struct Arguments {
  Options options;
  std::string inner = "10.64.0.0/12";
  std::string sources = "100.64.0.0/10";
  std::string gateway;
  std::string gateway_key;
  std::string sink;
  std::uint32_t data_ms = 1000;
  double jump_every_s = 0;
  std::uint32_t heartbeat_ms = 0;
};

void add_identities(CLI::App& command, Arguments& args) {
  command.add_option("--sessions", args.options.who.count, "how many sessions")
      ->required()
      ->check(CLI::Range(1u, 1'000'000u));
  command.add_option("--seed", args.options.who.seed, "their key pairs follow from it")
      ->capture_default_str();
  command.add_option("--inner", args.inner, "the gateway's IPv4 pool of inner addresses")
      ->capture_default_str();
}

void add_run(CLI::App& run, Arguments& args) {
  Options& options = args.options;
  run.add_option("--gateway", args.gateway, "the gateway's address:port")->required();
  run.add_option("--public-key", args.gateway_key, "the gateway's, as `jvpn pubkey` prints it")
      ->required();
  run.add_option("--sink", args.sink,
                 "local address:port behind the gateway's plaintext port: data ends here")
      ->required();
  run.add_option("--sources", args.sources, "block of local addresses that sessions send from")
      ->capture_default_str();
  run.add_option("--sockets", options.sockets, "local ports")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  run.add_option("--births-per-second", options.births_per_s,
                 "at most; 0: as fast as the gateway answers")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  run.add_option("--births-at-once", options.births_at_once, "handshakes under way, at most")
      ->capture_default_str()
      ->check(CLI::Range(1u, 1000000u));
  run.add_option("--seconds", options.seconds, "how long the steady part lasts")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  run.add_option("--data-ms", args.data_ms,
                 "each session sends a numbered packet so often, each is answered by one; 0: none")
      ->capture_default_str();
  run.add_option("--size", options.packet_size, "bytes of an inner packet")
      ->capture_default_str()
      ->check(CLI::Range(std::uint32_t{kLeastInnerSize}, 1420u));
  run.add_option("--jump-every", args.jump_every_s,
                 "seconds between two jumps of a session; 0: none")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  run.add_option("--jumps-at-once", options.jumps_at_once,
                 "of these, waiting for their ACK, at most: others are put off")
      ->capture_default_str()
      ->check(CLI::Range(1u, 1000000u));
  run.add_option("--storms", options.storms,
                 "so many times, before the steady part, all jump at once (so does SIGUSR1 in it)")
      ->capture_default_str();
  run.add_option("--death", options.death,
                 "how a path dies: the system says so (link), or nobody does (silent)")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Death>{{"link", Death::link}, {"silent", Death::silent}}))
      ->default_str("link");
  run.add_option("--heartbeat-ms", args.heartbeat_ms,
                 "the interval that sessions wish for; 0: the policy's")
      ->capture_default_str();
  run.add_option("--gateway-pid", options.gateway_pid,
                 "its process on this machine: tells its memory and control thread's time");
  run.add_option("--json", options.json_file, "write the results there too");
}

template <class T>
T understood(const std::optional<T>& value, const char* option, const std::string& text,
             const char* expected) {
  if (value) return *value;
  throw CLI::ValidationError(option, "'" + text + "' is not " + expected);
}

IpPrefix block_of(const char* option, const std::string& text) {
  const auto prefix = parse_prefix(text);
  const bool good = prefix && prefix->address.is_v4() && prefix->length >= 8;
  return understood(good ? prefix : std::nullopt, option, text,
                    "an IPv4 prefix of /8 to /32 without host bits, like 10.64.0.0/12");
}

Endpoint endpoint_of(const char* option, const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  const bool good = endpoint && endpoint->address.is_v4() && is_unicast(*endpoint);
  return understood(good ? endpoint : std::nullopt, option, text,
                    "an IPv4 address:port, like 198.51.100.1:51820");
}

void understand_identities(Arguments& args) {
  Identities& who = args.options.who;
  who.pool = block_of("--inner", args.inner);
  if (!who.fit()) throw CLI::ValidationError("--inner", "has too few addresses for --sessions");
}

void understand(Arguments& args) {
  understand_identities(args);
  Options& options = args.options;
  options.gateway = endpoint_of("--gateway", args.gateway);
  options.sink = endpoint_of("--sink", args.sink);
  options.sources = block_of("--sources", args.sources);
  options.gateway_key = understood(parse_key(args.gateway_key), "--public-key", args.gateway_key,
                                   "32 bytes in base64");
  options.data_interval = std::chrono::milliseconds(args.data_ms);
  options.heartbeat = std::chrono::milliseconds(args.heartbeat_ms);
  options.jump_interval =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(args.jump_every_s));
  const SourcePlan sources(options.sources, options.who.count, options.sockets);
  if (sources.turns() < 3) {
    throw CLI::ValidationError("--sources", "needs three addresses for each session");
  }
}

int run(const Options& options) {
  watch_signals();
  auto conductor = Conductor::create(options);
  if (!conductor) {
    std::cerr << "jvpn-churn: " << conductor.error().what << '\n';
    return 2;
  }
  std::ofstream json;
  if (!options.json_file.empty()) {
    json.open(options.json_file);
    if (!json) {
      std::cerr << "jvpn-churn: --json: cannot write " << options.json_file << '\n';
      return 2;
    }
  }
  (*conductor)->run();
  const Results& results = (*conductor)->results();
  const Tally& tally = (*conductor)->tally();
  if (json.is_open()) write_json(options, results, tally, json);
  write_summary(options, results, tally, std::cout);
  return passed(results, tally) ? 0 : 1;
}

int start(int argc, char** argv) {
  CLI::App app{"Very many real sessions from one process: births, data, jumps.", "jvpn-churn"};
  app.require_subcommand(1);
  Arguments args;
  auto* peers = app.add_subcommand("peers", "print the gateway's [[peer]] tables for the sessions");
  auto* live = app.add_subcommand("run", "bring the sessions up, let them live and jump, end them");
  add_identities(*peers, args);
  add_identities(*live, args);
  add_run(*live, args);
  peers->callback([&] { understand_identities(args); });
  live->callback([&] { understand(args); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (live->parsed()) return run(args.options);
  write_peers(args.options.who, std::cout);
  return std::cout.flush() ? 0 : 2;
}

}  // namespace
}  // namespace jvpn::churn

int main(int argc, char** argv) {
  return jvpn::churn::start(argc, argv);
}
