// SPDX-License-Identifier: Apache-2.0
// What a storm of jumps costs the data plane: one worker forwards at full rate, the product's
// control loop runs on the other core, and all clients, real ones, get other addresses. Then the
// same at half the rate, for the latency of packets.
//
//   bench_storm [--sessions 10000] [--size 64] [--ways uplink,downlink] [--storms 3] [--json FILE]
//
// All that the worker does for the storm counts: opening REQUESTs and CONFIRMs, sending CHALLENGEs
// and ACKs, and missing the cache lines that control has written.
#include <spdlog/spdlog.h>

#include <cstdio>
#include <fstream>

#include "base/ensure.h"
#include "benchmarks/dataplane/options.h"
#include "benchmarks/dataplane/percentiles.h"
#include "benchmarks/dataplane/slice.h"
#include "options.h"

namespace jvpn::bench {
namespace {

constexpr double kBar = 0.98;
constexpr double kHalfLoad = 0.5;

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
  RigConfig out{.sessions = options.sessions,
                .control_core = options.control_core,
                .worker_core = options.worker_core,
                .memory_mb = Generator::memory_mb(load, options.sessions),
                .peers = {},
                .key = gateway_key(),
                .pool = clients_of(options).pool};
  const churn::Identities who = clients_of(options);
  for (std::uint32_t i = 0; i < who.count; ++i) {
    PeerConfig& peer = out.peers.emplace_back();
    peer.name = "client-" + std::to_string(i);
    peer.key = KeyPair::from_secret(who.secret(i)).public_key;
    peer.inner_v4 = who.inner(i);
  }
  return out;
}

double ms(Duration time) {
  return static_cast<double>(time.count()) / 1e6;
}

/// Storms of one kind, each with the quiet before and after it.
class Campaign {
 public:
  Campaign(const StormOptions& options, GatewayRig& rig, Storm& storm)
      : options_(options), rig_(rig), storm_(storm) {}

  std::vector<StormResult> run() {
    std::vector<StormResult> out;
    for (int i = 0; i < options_.storms; ++i) {
      out.push_back(storm_.blow(options_.plan));
      ensure(storm_.bound_anew() == options_.sessions, "each session is bound to its new address");
    }
    return out;
  }

 private:
  const StormOptions& options_;
  GatewayRig& rig_;
  Storm& storm_;
};

/// The middle one of what each storm says.
template <class Say>
double middle(const std::vector<StormResult>& storms, Say&& say) {
  std::vector<double> all;
  for (const StormResult& storm : storms) all.push_back(say(storm));
  return median(all);
}

nlohmann::json throughput_of(const std::vector<StormResult>& storms, std::uint32_t sessions) {
  const auto ns = [&](Tally StormResult::*part) {
    return middle(storms, [&](const StormResult& s) { return 1e3 * us((s.*part).per_packet()); });
  };
  const auto ratio = [](const StormResult& s) {
    return s.before.per_packet() / s.during.per_packet();
  };
  std::vector<double> ratios;
  std::transform(storms.begin(), storms.end(), std::back_inserter(ratios), ratio);
  const auto extra_us = [&](const StormResult& s) {
    return us(s.during.cycles - s.during.packets * s.before.per_packet()) / sessions;
  };
  return {
      {"ns", {{"before", ns(&StormResult::before)}, {"during", ns(&StormResult::during)},
              {"after", ns(&StormResult::after)}}},
      {"ratio", median(ratios)},
      {"ratios", ratios},
      {"worker_us_per_jump", middle(storms, extra_us)},
      {"control_us_per_jump",
       middle(storms, [&](const StormResult& s) { return us(s.during.control) / sessions; })},
      {"ms", {{"half", middle(storms, [](const StormResult& s) { return ms(s.half); })},
              {"99 %", middle(storms, [](const StormResult& s) { return ms(s.nearly_all); })},
              {"all", middle(storms, [](const StormResult& s) { return ms(s.all); })}}},
      {"data_lost", middle(storms, [](const StormResult& s) {
         return static_cast<double>(s.during.lost);
       })}};
}

nlohmann::json latency_of(std::vector<StormResult>& storms) {
  std::vector<double> before, during;
  for (const StormResult& storm : storms) {
    const auto& quiet = storm.before.latencies;
    const auto& stormy = storm.during.latencies;
    before.insert(before.end(), quiet.begin(), quiet.end());
    during.insert(during.end(), stormy.begin(), stormy.end());
  }
  return {{"load", kHalfLoad}, {"before", percentiles(before)}, {"during", percentiles(during)}};
}

/// Drops at rings and budgets since the start, for all storms.
nlohmann::json drops_of(GatewayRig& rig) {
  const auto counters = rig.loop().counters();
  nlohmann::json out;
  for (const char* name : {"punt_full", "tx_full", "injected_lost", "sends_lost", "notices_lost",
                           "control_budget", "unbound_transport", "late_unbound"}) {
    out[name] = counters.at(name);
  }
  return out;
}

nlohmann::json measure(const StormOptions& options, const std::string& way, GatewayRig& rig,
                       Generator& generator, Storm& storm) {
  Campaign campaign(options, rig, storm);
  generator.set(parse_way(way), 0);
  storm.quiet(options.plan.slices);  // warm
  const auto fast = campaign.run();
  nlohmann::json row = throughput_of(fast, options.sessions);
  generator.set(parse_way(way), fast.front().before.per_packet() / kHalfLoad);
  auto paced = campaign.run();
  row["latency_us"] = latency_of(paced);
  row["drops"] = drops_of(rig);
  row.update({{"storm", way}, {"mix", options.size}, {"sessions", options.sessions}});
  return row;
}

int run(int count, char** arguments) {
  spdlog::set_level(spdlog::level::warn);
  const StormOptions options = parse_storm_options(count, arguments);
  const Load load = largest_load(options);
  GatewayRig rig(config_of(options, load));
  Clients clients(clients_of(options), {rig.link(GatewayRig::kUnderlay).address.address,
                                        rig.link(GatewayRig::kUnderlay).udp_port},
                  gateway_key().public_key, std::chrono::seconds(60));
  Generator generator(rig, clients, load);
  Storm storm(rig, clients, generator);
  storm.give_birth();
  std::ofstream json(options.json);
  for (const std::string& way : options.ways) {
    const nlohmann::json row = measure(options, way, rig, generator, storm);
    std::printf("%s\n", row.dump(1).c_str());
    std::fflush(stdout);
    if (json.is_open()) json << row << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
