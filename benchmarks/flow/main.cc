// SPDX-License-Identifier: Apache-2.0
// jvpn-udp-flow: a numbered UDP flow and the silences in it.
//   jvpn-udp-flow send --to 10.99.0.2:9000 [--rate 1000] [--seconds 10] [--size 64]
//   jvpn-udp-flow receive --at 10.99.0.2:9000 [--seconds 3600] [--sent N] [--arrivals FILE]
// With --normal-priority before the word they leave the cores to what they measure.
// Each prints one JSON object when it ends; SIGINT and SIGTERM end it early and in order.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>

#include "benchmarks/flow/receiver.h"
#include "benchmarks/flow/sender.h"

namespace jvpn::flow {
namespace {

struct Options {
  std::string end;
  std::string arrivals_file;
  std::uint64_t sent = 0;
  bool normal_priority = false;
  SendPlan plan;
};

void run_sender(Options& options, bool punctual) {
  options.plan.to = parse_endpoint(options.end);
  const SendReport r = send_flow(options.plan);
  std::printf(R"({"sent": %lu, "errors": %lu, "start_ns": %lu, "period_ns": %lu, )"
              R"("late_ms_max": %.3f, "real_time": %s})"
              "\n",
              r.sent, r.errors, r.start_ns, r.period_ns, static_cast<double>(r.late_ns_max) / 1e6,
              punctual ? "true" : "false");
}

void write_arrivals(const std::string& path, std::span<const Arrival> arrivals) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(arrivals.data()),
            static_cast<std::streamsize>(arrivals.size_bytes()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

void run_receiver(const Options& options, bool punctual) {
  const auto arrivals = receive_flow(parse_endpoint(options.end), options.plan.seconds);
  if (!options.arrivals_file.empty()) write_arrivals(options.arrivals_file, arrivals);
  const ReceiveSummary s = summarize(arrivals, options.sent);
  std::printf(R"({"received": %lu, "lost": %lu, "duplicated": %lu, "reordered": %lu, )"
              R"("longest_silence_ms": %.3f, "real_time": %s})"
              "\n",
              s.received, s.lost, s.duplicated, s.reordered,
              static_cast<double>(s.longest_silence_ns) / 1e6, punctual ? "true" : "false");
}

int run(int argc, char** argv) {
  CLI::App app{"A numbered UDP flow and the silences in it"};
  app.require_subcommand(1);
  Options options;
  app.add_flag("--normal-priority", options.normal_priority,
               "do not take the core from other programs, at the price of punctuality");
  auto* sender = app.add_subcommand("send", "send numbered datagrams at a steady rate");
  sender->add_option("--to", options.end, "address:port")->required();
  sender->add_option("--rate", options.plan.rate_hz, "datagrams per second")
      ->check(CLI::Range(1, 1'000'000));
  sender->add_option("--seconds", options.plan.seconds);
  sender->add_option("--size", options.plan.size, "UDP payload bytes");
  auto* receiver = app.add_subcommand("receive", "record arrivals until told to stop");
  receiver->add_option("--at", options.end, "address:port")->required();
  receiver->add_option("--seconds", options.plan.seconds);
  receiver->add_option("--sent", options.sent, "how many were sent, where known");
  receiver->add_option("--arrivals", options.arrivals_file,
                       "file for (number, sent ns, arrived ns) as 64-bit words");
  CLI11_PARSE(app, argc, argv);

  stop_on_signals();
  const bool punctual = !options.normal_priority && become_punctual();
  if (sender->parsed()) {
    run_sender(options, punctual);
  } else {
    run_receiver(options, punctual);
  }
  return 0;
}

}  // namespace
}  // namespace jvpn::flow

int main(int argc, char** argv) {
  try {
    return jvpn::flow::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "jvpn-udp-flow: " << error.what() << '\n';
    return 1;
  }
}
