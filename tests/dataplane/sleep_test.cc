// SPDX-License-Identifier: Apache-2.0
// Workers that sleep on rx interrupts: both ports are TAPs, whose far ends are this process'
// kernel. A sleeper may sleep 10 ms; what waits for it waits far less.
//
//   198.51.100.2 on jvpnu0 -- [gateway, two workers on one core] -- jvpngw0 with 10.99.0.2
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "dataplane/doze.h"
#include "plane_in_namespace.h"
#include "tunnel_peer.h"

namespace jvpn::test {
namespace {

PlaneConfig make_config() {
  PlaneConfig config;
  PortConfig underlay;
  underlay.device = "net_tap0,iface=jvpnu0";
  underlay.address = on_link("198.51.100.1/24");
  config.underlays = {underlay};
  config.plaintext.device = "net_tap1,iface=jvpngw0";
  config.plaintext.address = on_link("10.99.0.1/24");
  config.plaintext.next_hop = address("10.99.0.2");
  config.pool_v4 = on_link("10.77.0.0/16");
  config.worker_cores = {usable_cores().second, usable_cores().second};
  config.hugepages = Hugepages::off;
  config.memory_mb = 192;
  return config;
}

class SleepingWorkers : public PlaneInNamespace {
 protected:
  static void SetUpTestSuite() {
    const PlaneConfig config = make_config();  // before EAL ties this thread to its core
    worker_core_ = config.worker_cores.back();
    start("ip link set lo up && sysctl -qw net.ipv6.conf.default.disable_ipv6=1", config);
    if (plane_ == nullptr) return;
    ASSERT_EQ(std::system("ip address add 198.51.100.2/24 dev jvpnu0 && ip link set jvpnu0 up"), 0);
  }
  static inline unsigned worker_core_ = 0;
  static void step_for(Duration time) {
    for (const Instant end = boot_time() + time; boot_time() < end;) {
      plane_->step(boot_time());
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  }
};

TEST_F(SleepingWorkers, SleepNearlyAllTheTimeWhenNothingComes) {
  const PlaneReport report = plane_->report();
  EXPECT_EQ(report.power, "interrupt") << report.power_why;
  step_for(2500ms);  // a full second without the start in it
  for (const WorkerReport& worker : plane_->report().workers) {
    EXPECT_GT(worker.asleep_share, 0.9);
    EXPECT_LT(worker.busy_share, 0.05);
    EXPECT_GT(worker.idle_cycles, worker.busy_cycles);
  }
}

TEST_F(SleepingWorkers, ReportHowTheirPortsSteerInTheDriversWords) {
  const PlaneReport report = plane_->report();
  ASSERT_EQ(report.ports.size(), 2u);
  EXPECT_EQ(report.ports[0].name, "underlay0");
  EXPECT_EQ(report.ports[0].device, "net_tap0");
  EXPECT_EQ(report.ports[0].tier, "rss");
  EXPECT_NE(report.ports[0].why.find("not supported"), std::string::npos) << report.ports[0].why;
  EXPECT_EQ(report.ports[1].name, "plaintext");
  ASSERT_EQ(report.workers.size(), 2u);
  EXPECT_EQ(report.workers[1].core, worker_core_);
}

TEST_F(SleepingWorkers, AFrameWakesTheWorkerWhoseQueueItIs) {
  // Who heard nothing would answer after 5 ms on average: three of four pings within half of that.
  EXPECT_TRUE(runs_well_beside(
      *plane_,
      "ping -n -c 1 -W 2 10.99.0.1 >/dev/null && ping -n -c 16 -i 0.05 -W 2 10.99.0.1 | "
      "awk -F'time=' '/time=/ { split($2, t, \" \"); if (t[1] < 2.5) n++ } END { exit n < 12 }'"));
}

TEST_F(SleepingWorkers, ADatagramOfControlRingsTheBell) {
  const UdpSocket client(endpoint("198.51.100.2:40000"));
  const auto send_and_time = [&]() -> std::optional<Duration> {
    const Instant before = boot_time();
    plane_->send(0, endpoint("198.51.100.2:40000"), Packet{1, 2, 3});
    if (!client.receive()) return std::nullopt;
    return boot_time() - before;
  };
  ASSERT_TRUE(step_until(*plane_, [&] { return send_and_time().has_value(); }));  // resolves
  std::vector<Duration> waits;
  for (int i = 0; i < 21; ++i) {
    step_for(20ms);  // asleep again
    waits.push_back(send_and_time().value_or(1s));
  }
  std::ranges::sort(waits);
  EXPECT_LT(waits[10], Doze::kLongestSleep / 4) << "median of 21, in ns: " << waits[10].count();
}

/// One client socket, one queue, a session of either worker: one of them gets its frames by ring.
TEST_F(SleepingWorkers, AHandedOverFrameWakesItsOwner) {
  const Endpoint bound = endpoint("198.51.100.2:40002");
  const UdpSocket client(bound);
  const UdpSocket server(endpoint("10.99.0.2:2001"));
  const auto handed_over = [] {
    const PlaneReport report = plane_->report();
    return report.workers[0].handed_over + report.workers[1].handed_over;
  };
  const std::uint64_t before = handed_over();
  for (std::uint8_t worker = 0; worker < 2; ++worker) {
    TunnelPeer peer;
    SessionView view = peer.make_view();
    view.bound = bound;
    view.inner_v4 = IpAddress::v4(0x0a4d0004u + worker);
    peer.install(plane_->table(), worker, view, plane_->make_outer(0, bound));
    const Packet inner =
        udp_packet({view.inner_v4, 1000}, endpoint("10.99.0.2:2001"), Packet(100, 'x'));
    const auto send_and_time = [&]() -> std::optional<Duration> {
      const Instant sent = boot_time();
      client.send(endpoint("198.51.100.1:51820"), peer.seal(inner));
      if (!server.receive()) return std::nullopt;
      return boot_time() - sent;
    };
    ASSERT_TRUE(step_until(*plane_, [&] { return send_and_time().has_value(); }));
    while (server.receive()) continue;
    std::vector<Duration> waits;
    for (int i = 0; i < 15; ++i) {
      step_for(20ms);
      waits.push_back(send_and_time().value_or(1s));
    }
    std::ranges::sort(waits);
    EXPECT_LT(waits[7], Doze::kLongestSleep / 4) << "of worker " << int{worker};
    plane_->table().remove(peer.tag);
  }
  EXPECT_GE(handed_over() - before, 15u);
}

/// Nothing rings when control publishes a binding: while packets wait, a worker looks often.
TEST_F(SleepingWorkers, WhatWaitsForABindingLeavesSoonAfterIt) {
  const Endpoint bound = endpoint("198.51.100.2:40001");
  const UdpSocket client(bound);
  const UdpSocket server(endpoint("10.99.0.2:2000"));
  TunnelPeer peer;
  SessionView unbound = peer.make_view();
  unbound.inner_v4 = address("10.77.0.2");
  unbound.hold_packets = 8;
  unbound.hold_ms = 1000;
  SessionView attached = unbound;
  attached.bound = bound;
  peer.install(plane_->table(), 1, attached, plane_->make_outer(0, bound));
  plane_->pool_v4()->assign(unbound.inner_v4, GatewayTag::unpack(peer.tag).slot);
  const auto send = [&] { server.send(endpoint("10.77.0.2:1000"), Packet(100, 'x')); };
  ASSERT_TRUE(step_until(*plane_, [&] {  // until ARP has resolved both ends
    send();
    return client.receive().has_value();
  }));
  while (client.receive()) continue;
  std::vector<Duration> waits;
  for (int i = 0; i < 11; ++i) {
    peer.publish(plane_->table(), unbound, OuterTemplate{});
    send();
    ASSERT_TRUE(step_until(*plane_, [&] { return plane_->counters().at("gauge_held") == 1; }));
    step_for(5ms);
    const Instant before = boot_time();
    peer.publish(plane_->table(), attached, plane_->make_outer(0, bound));
    waits.push_back(client.receive() ? boot_time() - before : Duration(1s));
  }
  std::ranges::sort(waits);
  EXPECT_LT(waits[5], Doze::kLongestSleep / 4) << "median of 11, in ns: " << waits[5].count();
  plane_->table().remove(peer.tag);
}

}  // namespace
}  // namespace jvpn::test
