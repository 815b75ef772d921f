// SPDX-License-Identifier: Apache-2.0
// What a storm of jumps costs the data plane: one worker forwards at full rate, the product's
// control loop runs on the other core, and all clients, real ones, get other addresses. Then the
// same at half the rate, for the latency of packets.
//
//   bench_storm [--sessions 10000] [--size 64] [--ways uplink,downlink] [--storms 3] [--json FILE]
//
// All that the worker does for the storm counts: opening REQUESTs and CONFIRMs, sending CHALLENGEs
// and ACKs, and missing the cache lines that control has written. It fails when a session is not
// bound to its client's new address in the end, or a ring was full.
#include <spdlog/spdlog.h>

#include <fstream>

#include "base/ensure.h"
#include "benchmarks/dataplane/options.h"
#include "options.h"
#include "report.h"

namespace jvpn::bench {
namespace {

constexpr double kLatencyLoad = 0.5;

Load largest_load(const StormOptions& options) {
  Load load{.way = Way::uplink, .sizes = parse_sizes(options.size), .packets = options.packets};
  if (load.packets == 0) load.packets = mean(load.sizes) < 300 ? 16'384 : 4096;
  return load;
}

churn::Identities clients_of(const StormOptions& options) {
  return {.seed = 1, .count = options.sessions, .pool = *parse_prefix("10.64.0.0/16")};
}

KeyPair gateway_key() {
  Bytes<32> secret{1, 2, 3};
  return KeyPair::from_secret(Key32::take(secret));
}

RigConfig config_of(const StormOptions& options, const Load& load) {
  return {.sessions = options.sessions,
          .control_core = options.control_core,
          .worker_core = options.worker_core,
          .memory_mb = Generator::memory_mb(load, options.sessions),
          .peers = peers_of(clients_of(options)),
          .key = gateway_key(),
          .pool = clients_of(options).pool};
}

/// Storms of one kind, each with the quiet before and after it.
std::vector<StormResult> storms(const StormOptions& options, Storm& storm) {
  std::vector<StormResult> out;
  for (int i = 0; i < options.storms; ++i) {
    out.push_back(storm.blow(options.plan));
    ensure(storm.bound_anew() == options.sessions, "each session is bound to its new address");
  }
  return out;
}

nlohmann::json measure(const StormOptions& options, const std::string& way, GatewayRig& rig,
                       Generator& generator, Storm& storm) {
  generator.set(parse_way(way), 0);
  storm.quiet(options.plan.slices);  // caches, and a clock that has settled
  const auto fast = storms(options, storm);
  nlohmann::json row = throughput_of(fast, options.sessions);
  generator.set(parse_way(way), fast.front().before.per_packet() / kLatencyLoad);
  row["latency_us"] = latency_of(storms(options, storm));
  row["load"] = kLatencyLoad;
  row["drops"] = drops_of(rig);
  row.update({{"storm", way}, {"mix", options.size}, {"sessions", options.sessions}});
  return row;
}

int run(int count, char** arguments) {
  spdlog::set_level(spdlog::level::warn);
  const StormOptions options = parse_storm_options(count, arguments);
  const Load load = largest_load(options);
  GatewayRig rig(config_of(options, load));
  Clients clients(
      clients_of(options),
      {rig.link(GatewayRig::kUnderlay).address.address, rig.link(GatewayRig::kUnderlay).udp_port},
      gateway_key().public_key, std::chrono::seconds(60));
  Generator generator(rig, clients, load);
  Storm storm(rig, clients, generator);
  storm.give_birth();
  std::ofstream json(options.json);
  bool held = true;
  print_heading();
  for (const std::string& way : options.ways) {
    const nlohmann::json row = measure(options, way, rig, generator, storm);
    print_row(row);
    if (json.is_open()) json << row << std::endl;
    held = held && rings_held(row);
  }
  return held ? 0 : 1;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
