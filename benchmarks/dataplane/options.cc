// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "base/ensure.h"

namespace jvpn::bench {
namespace {

constexpr std::uint16_t kLargestSize = 8900;
constexpr unsigned kBuffers = 2 * Traffic::kSlice + 511;
constexpr std::uint16_t kSmallRoom = 2048;
constexpr std::uint16_t kLargeRoom = 10 * 1024;
constexpr std::size_t kOtherMemory = std::size_t{96} << 20;  // buffers of both kinds, rings

unsigned last_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  sched_getaffinity(0, sizeof cores, &cores);
  unsigned last = 0;
  for (unsigned i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &cores)) last = i;
  }
  return last;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

}  // namespace

Options parse_options(const char* what, int count, char** arguments) {
  Options out;
  CLI::App app{what};
  app.add_option("--sessions", out.sessions, "how many there are, 1 to 1048575")
      ->delimiter(',')
      ->check(CLI::Range(1, 1'048'575));
  app.add_option("--sizes", out.sizes, "inner packets in bytes, or imix")->delimiter(',');
  app.add_option("--ways", out.ways, "uplink, downlink")->delimiter(',');
  app.add_flag("--zipf", out.zipf, "sessions by Zipf's law rather than alike");
  app.add_option("--runs", out.runs, "of which the middle one counts")->check(CLI::Range(1, 99));
  app.add_option("--slices", out.slices, "of 2 048 packets, per run")->check(CLI::Range(1, 9999));
  app.add_option("--core", out.core, "to run on");
  app.add_option("--json", out.json, "file for a row a line");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return out;
}

Sizes parse_sizes(const std::string& text) {
  if (text == "imix") return {64, 64, 576, 64, 64, 576, 64, 576, 64, 64, 576, 1420};
  const unsigned long size = std::strtoul(text.c_str(), nullptr, 10);
  if (size < 64 || size > kLargestSize) give_up("no size from 64 to 8900: " + text);
  return {static_cast<std::uint16_t>(size)};
}

Way parse_way(const std::string& text) {
  if (text != "uplink" && text != "downlink") give_up("neither uplink nor downlink: " + text);
  return text == "uplink" ? Way::uplink : Way::downlink;
}

double mean(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), 0.0) / static_cast<double>(sizes.size());
}

Eal start_eal(const Options& options, std::uint8_t workers) {
  const std::uint32_t most = *std::ranges::max_element(options.sessions);
  EalRequest request;
  request.control_core = options.core < 0 ? last_core() : static_cast<unsigned>(options.core);
  const RigShape shape{.sessions = workers * most, .workers = workers};
  const std::size_t bytes = PathRig::memory_size(shape) + workers * kOtherMemory;
  request.memory_mb = static_cast<std::uint32_t>((bytes >> 20) + 1);
  auto eal = Eal::start(request);
  if (!eal) give_up(eal.error().what);
  return std::move(*eal);
}

rte_mempool* buffers_for(const Sizes& sizes) {
  const bool large = *std::ranges::max_element(sizes) > 1500;
  const char* const name = large ? "bench_large" : "bench_small";
  rte_mempool* pool = rte_mempool_lookup(name);
  if (pool == nullptr) {
    const auto room =
        static_cast<std::uint16_t>((large ? kLargeRoom : kSmallRoom) + RTE_PKTMBUF_HEADROOM);
    pool = rte_pktmbuf_pool_create(name, kBuffers, 0, 0, room, SOCKET_ID_ANY);
  }
  ensure(pool != nullptr, "EAL was started with the memory that the buffers need");
  return pool;
}

}  // namespace jvpn::bench
