// SPDX-License-Identifier: Apache-2.0
// What a worker says of itself: where its time went, and what came to the wrong one.
#include <gtest/gtest.h>

#include "rig.h"

namespace jvpn::test {
namespace {

using std::chrono::microseconds;
const Endpoint kClient = endpoint("203.0.113.7:40000");

Packet inner(std::uint8_t host) {
  const Endpoint from{IpAddress::v4(0x0a4d0000u + host), 1};
  return udp_packet(from, endpoint("192.0.2.80:80"), Packet(50, 1));
}

std::uint64_t ns(Duration duration) {
  return static_cast<std::uint64_t>(duration.count());
}

TEST(WorkerLoad, CountsATurnAsBusyWhenItMovedSomething) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  rig.turn();  // its time is known when the next begins
  rig.now = rig.now + microseconds(10);
  rig.arrive_datagram(kClient, peer.seal(inner(2)));
  rig.turn();
  EXPECT_EQ(rig.counters().idle_ns.sample(), ns(microseconds(10)));
  EXPECT_EQ(rig.counters().busy_ns.sample(), 0u);
  rig.now = rig.now + microseconds(7);
  rig.turn();
  rig.now = rig.now + microseconds(5);
  rig.turn();
  EXPECT_EQ(rig.counters().busy_ns.sample(), ns(microseconds(7)));
  EXPECT_EQ(rig.counters().idle_ns.sample(), ns(microseconds(15)));
  EXPECT_EQ(rig.counters().asleep_ns.sample(), 0u);
}

/// Every worker gets a frame of every worker's session, both ways.
TEST(WorkerLoad, CountsWhatCameToTheWrongOneOfFourByPort) {
  constexpr std::uint8_t kWorkers = 4;
  Rig rig(kWorkers);
  std::vector<TunnelPeer> peers(kWorkers);
  for (std::uint8_t owner = 0; owner < kWorkers; ++owner) {
    SessionView view = rig.view_of(peers[owner], kClient);
    view.inner_v4 = IpAddress::v4(0x0a4d0002u + owner);
    view.inner_v6 = {};
    rig.attach(peers[owner], view, owner);
    for (std::uint8_t queue = 0; queue < kWorkers; ++queue) {
      rig.arrive_datagram(kClient, peers[owner].seal(inner(static_cast<std::uint8_t>(owner + 2))),
                          queue);
    }
  }
  for (int round = 0; round < 2; ++round) {
    for (std::uint8_t worker = 0; worker < kWorkers; ++worker) rig.turn(worker);
  }
  EXPECT_EQ(rig.count(Verdict::forwarded), std::uint64_t{kWorkers} * kWorkers);
  EXPECT_EQ(rig.count(Verdict::handed_over), std::uint64_t{kWorkers} * (kWorkers - 1));
  for (std::uint8_t worker = 0; worker < kWorkers; ++worker) {
    const WorkerCounters& counted = rig.counters(worker);
    EXPECT_EQ(counted.rx[Rig::kUnderlay].sample(), kWorkers);
    EXPECT_EQ(counted.handed_over[Rig::kUnderlay].sample(), kWorkers - 1u);
    EXPECT_EQ(counted.handed_over[Rig::kPlaintext].sample(), 0u);
    EXPECT_EQ(counted.taken_over.sample(), kWorkers - 1u);
    EXPECT_EQ(rig.table->sessions_of(worker), 1u);
  }
  rig.sent(Rig::kPlaintext);
}

}  // namespace
}  // namespace jvpn::test
