// SPDX-License-Identifier: Apache-2.0
// Workers look up while control brings routes in, takes them out and lets them lead elsewhere. What
// stays is found throughout, and nothing ever leads to where it never led.
#include <atomic>
#include <thread>

#include "routes_fixture.h"

namespace jvpn::test {
namespace {

constexpr std::uint32_t kWorkers = 2;
constexpr int kChanges = 60;
constexpr std::uint32_t kHosts = 64;

const IpPrefix kStaying = route("192.168.50.0/24");
const IpPrefix kComingAndGoing = route("192.168.50.128/25");
const IpPrefix kStayingHost = route("10.200.1.7");

IpPrefix host(std::uint32_t number) {
  return {IpAddress::v4(0x0ac90000 + number), 32};
}

/// Slots say by which route a worker came there.
constexpr std::uint32_t kByStaying = 1, kByComing = 2, kByStayingHost = 3, kByHost = 100;

struct Worker {
  RoutesInMemory& made;
  std::uint32_t reader;
  const std::atomic<bool>& stop;
  std::atomic<std::uint64_t> lookups{0};
  std::atomic<std::uint64_t> broken{0};

  void run() {
    while (!stop.load(std::memory_order_relaxed)) {
      look();
      made.made.table.quiescent(reader);
      lookups.fetch_add(1, std::memory_order_relaxed);
    }
    made.made.table.reader_offline(reader);
  }
  void expect(bool right) {
    if (!right) broken.fetch_add(1, std::memory_order_relaxed);
  }
  void look() {
    expect(made.find("192.168.50.1") == RouteTo{true, kByStaying});
    expect(made.find("10.200.1.7") == RouteTo{true, kByStayingHost});
    const RouteTo inside = made.find("192.168.50.129");
    expect(inside.known && (inside.slot == kByStaying || inside.slot == kByComing ||
                            inside.slot == RouteTo::kNoSession));
    for (std::uint32_t i = 0; i < kHosts; ++i) {
      const RouteTo one = made.routes->find(host(i).address);
      expect(!one.known || one.slot == kByHost + i || one.slot == RouteTo::kNoSession);
    }
    expect(!made.find("203.0.113.1").known);
  }
};

/// Half of the hosts come, the other half goes.
void change(Routes& routes, int turn) {
  std::vector<IpPrefix> wanted{kStaying, kStayingHost};
  const bool odd = turn % 2 == 1;
  if (odd) wanted.push_back(kComingAndGoing);
  for (std::uint32_t i = odd; i < kHosts; i += 2) wanted.push_back(host(i));
  ASSERT_TRUE(routes.provision(wanted));
  if (odd) routes.assign(kComingAndGoing, kByComing);
  for (std::uint32_t i = odd; i < kHosts; i += 2) routes.assign(host(i), kByHost + i);
}

TEST(RoutesThreads, WorkersFindWhatStaysWhileControlChangesTheRest) {
  RoutesInMemory made({4 * kHosts, 8}, kWorkers);
  ASSERT_TRUE(made.routes->provision({kStaying, kStayingHost}));
  made.routes->assign(kStaying, kByStaying);
  made.routes->assign(kStayingHost, kByStayingHost);
  std::atomic<bool> stop{false};
  Worker workers[kWorkers]{{made, 0, stop}, {made, 1, stop}};
  std::vector<std::thread> threads;
  for (Worker& worker : workers) threads.emplace_back([&worker] { worker.run(); });
  for (int turn = 0; turn < kChanges; ++turn) {
    change(*made.routes, turn);
    while (made.routes->reclaim() != 0) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  for (const Worker& worker : workers) {
    EXPECT_GT(worker.lookups, 0u);
    EXPECT_EQ(worker.broken, 0u);
  }
}

}  // namespace
}  // namespace jvpn::test
