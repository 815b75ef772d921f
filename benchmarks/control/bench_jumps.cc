// SPDX-License-Identifier: Apache-2.0
// What sessions cost control: heap for each after its birth, after a jump and at rest, and time and
// allocations for each birth and jump. Real clients of the client's own protocol code; no workers,
// no wire, no files; time is virtual.
//
//   bench_jumps [--sessions 10000] [--jumps 3]
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "benchmarks/control/decider.h"
#include "benchmarks/dataplane/storm/clients.h"

namespace jvpn::bench {
namespace {

constexpr Duration kHeartbeat = 60s;
constexpr Duration kRest = 120s;  // by then nothing is kept for whoever might ask again
constexpr int kQuietTurns = 3;
const Endpoint kGateway{IpAddress::v4(0xc6336401), 51820};

struct Options {
  std::uint32_t sessions = 10'000;
  std::uint32_t jumps = 3;
};

churn::Identities clients_of(const Options& options) {
  return {.seed = 1, .count = options.sessions, .pool = *parse_prefix("10.64.0.0/12")};
}

KeyPair gateway_key() {
  Bytes<32> secret{1, 2, 3};
  return KeyPair::from_secret(Key32::take(secret));
}

ControlConfig config_of(const Options& options) {
  ControlConfig out;
  out.key = gateway_key();
  out.underlays = {{.v4 = true, .v6 = false}};
  out.policy.volatility.heartbeat_interval = kHeartbeat;
  out.policy.volatility.heartbeat_volatile = 4 * kHeartbeat;
  out.policy.volatility.transport_dead = 6 * kHeartbeat;
  out.policy.switching.max_switches_per_min = 1000;
  out.policy.limits.handshakes_per_s = 1'000'000;
  out.peers = peers_of(clients_of(options));
  return out;
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        decider_(config_of(options)),
        clients_(clients_of(options), kGateway, gateway_key().public_key, kHeartbeat) {
    decider_.start(now_);
  }

  void births() {
    const Mark mark = here();
    for (std::uint32_t i = 0; i < options_.sessions; ++i) {
      clients_.begin(i, now_);
      exchange(i);
    }
    require(clients_.born() == options_.sessions, "not all clients were born");
    report("birth", mark);
  }

  void jumps() {
    const Mark mark = here();
    for (std::uint32_t i = 0; i < options_.sessions; ++i) {
      clients_.jump(i, now_);
      exchange(i);
    }
    require(clients_.jumping() == 0, "not all clients have jumped");
    report("jump", mark);
  }

  void rest() {
    now_ = now_ + kRest;
    const Mark mark = here();
    decider_.tick(now_);
    decider_.sample_all(now_);
    report("sample", mark);
  }

 private:
  struct Mark {
    Duration time;
    HeapMeter heap;
    std::uint64_t audit_bytes;
  };
  Mark here() const { return {decider_.time, decider_.heap, decider_.audit_bytes()}; }

  void require(bool holds, const char* otherwise) const {
    if (holds) return;
    std::fprintf(stderr, "%s; what control counted:\n", otherwise);
    for (const auto& [name, count] : decider_.refusals()) {
      std::fprintf(stderr, "  %s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
    }
    std::exit(1);
  }

  /// All that one client and the gateway have to say to each other.
  void exchange(std::uint32_t client) {
    for (int quiet = 0; quiet < kQuietTurns; ++quiet) {
      now_ = now_ + 1ms;
      clients_.tick(client, now_);
      for (const ClientDatagram& sent : std::exchange(clients_.outbox, {})) {
        decider_.receive(sent.payload, sent.source, now_);
      }
      for (SendDatagram& answer : std::exchange(decider_.answers, {})) {
        clients_.receive(answer.destination, answer.payload, now_);
        quiet = 0;
      }
    }
  }

  void report(const char* what, const Mark& since) const {
    const double n = options_.sessions;
    const auto per = [&](auto now, auto before) { return static_cast<double>(now - before) / n; };
    std::printf(
        "%-7s %8.2f us  %6.1f allocations  %+8.0f B heap  %7.0f B audit   %6.0f B a session\n",
        what, static_cast<double>((decider_.time - since.time).count()) / n / 1000,
        per(decider_.heap.blocks, since.heap.blocks), per(decider_.heap.bytes, since.heap.bytes),
        per(decider_.audit_bytes(), since.audit_bytes),
        static_cast<double>(decider_.heap.bytes) / n);
  }

  Options options_;
  Decider decider_;
  Clients clients_;
  Instant now_{1'000'000'000};
};

int run(int count, char** arguments) {
  Options options;
  CLI::App app("What sessions cost control.");
  app.add_option("--sessions", options.sessions)->check(CLI::Range(1u, 32'768u));
  app.add_option("--jumps", options.jumps);
  CLI11_PARSE(app, count, arguments);
  Run run(options);
  run.births();
  for (std::uint32_t i = 0; i < options.jumps; ++i) run.jumps();
  run.rest();
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
