// SPDX-License-Identifier: Apache-2.0
// The packet path against its floor, the bare cipher call of the same direction over the same
// buffers, sizes, keys and session order. Path and floor take turns in slices of 2 048 packets; the
// medians are compared.
//
//   bench_path [sessions ...]     default: 1 1000
#include <rte_mbuf.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "base/ensure.h"
#include "dataplane/downlink.h"
#include "dataplane/eal.h"
#include "dataplane/uplink.h"
#include "path_rig.h"

namespace jvpn::bench {
namespace {

constexpr std::size_t kSlice = 2048;
constexpr std::size_t kSlices = 101;

double ns_per_packet(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  return took.count() / kSlice;
}

double median(std::vector<double> samples) {
  std::ranges::nth_element(samples, samples.begin() + static_cast<long>(samples.size() / 2));
  return samples[samples.size() / 2];
}

/// The stages burst by burst, as Worker::turn() runs them.
void run_path(PathRig& rig, std::vector<rte_mbuf*>& buffers, bool up) {
  static Burst burst;
  Turn& turn = rig.turn();
  for (std::size_t at = 0; at < kSlice; at += kBurst) {
    std::copy_n(buffers.begin() + static_cast<long>(at), kBurst, burst.frame.begin());
    burst.begin(kBurst);
    up ? uplink(turn, rig.underlay(), burst) : downlink(turn, rig.plaintext(), burst);
    turn.plane.table->quiescent(0);
    for (std::size_t i = 0; i < kBurst; ++i) {
      ensure(burst.verdict[i] == Verdict::forwarded, "the path forwards what it is measured with");
    }
  }
}

void run_floor(PathRig& rig, std::vector<AeadOp>& ops, bool up) {
  for (std::size_t at = 0; at < kSlice; at += kBurst) {
    const std::span burst = std::span(ops).subspan(at, kBurst);
    up ? rig.turn().engine.open(burst) : rig.turn().engine.seal(burst);
  }
}

void measure(std::uint32_t sessions, std::size_t size, bool up) {
  PathRig rig(sessions, size);
  std::vector<rte_mbuf*> buffers = rig.take_buffers(kSlice);
  const auto fill = [&] { up ? rig.fill_uplink(buffers) : rig.fill_downlink(buffers); };
  std::vector<double> path;
  std::vector<double> floor;
  for (std::size_t slice = 0; slice < kSlices; ++slice) {
    fill();
    std::vector<AeadOp> ops = up ? rig.open_ops(buffers) : rig.seal_ops(buffers);
    floor.push_back(ns_per_packet([&] { run_floor(rig, ops, up); }));
    fill();
    path.push_back(ns_per_packet([&] { run_path(rig, buffers, up); }));
  }
  rte_pktmbuf_free_bulk(buffers.data(), kSlice);
  std::printf("%-8s %8u %6zu %8.1f %8.1f %7.2f\n", up ? "uplink" : "downlink", sessions, size,
              median(floor), median(path), median(path) / median(floor));
}

int run(int count, char** arguments) {
  EalRequest request;
  cpu_set_t cores;
  sched_getaffinity(0, sizeof cores, &cores);
  while (!CPU_ISSET(request.control_core, &cores)) ++request.control_core;
  request.memory_mb = 64;
  request.hugepages = Hugepages::off;
  const auto eal = Eal::start(request);
  if (!eal) {
    std::fprintf(stderr, "%s\n", eal.error().what.c_str());
    return 1;
  }
  std::vector<std::uint32_t> sessions;
  for (int i = 1; i < count; ++i) {
    sessions.push_back(static_cast<std::uint32_t>(std::strtoul(arguments[i], nullptr, 10)));
  }
  if (sessions.empty()) sessions = {1, 1000};
  std::printf("direction sessions  bytes  floor ns  path ns   ratio\n");
  for (const std::uint32_t number : sessions) {
    for (const std::size_t size : {std::size_t{64}, std::size_t{512}, std::size_t{1420}}) {
      for (const bool up : {true, false}) measure(std::max(number, 1u), size, up);
    }
  }
  return 0;
}

}  // namespace
}  // namespace jvpn::bench

int main(int count, char** arguments) {
  return jvpn::bench::run(count, arguments);
}
