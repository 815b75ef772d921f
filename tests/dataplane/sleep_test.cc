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
  static constexpr int kSamples = 21;

  static void step_for(Duration time) {
    for (const Instant end = boot_time() + time; boot_time() < end;) {
      plane_->step(boot_time());
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  }
  /// Sends until something came, and takes all that came.
  static bool arrives_again_and_again(const auto& send, const UdpSocket& to) {
    const bool came = step_until(*plane_, [&] {
      send();
      return to.receive().has_value();
    });
    while (to.receive()) continue;
    return came;
  }
  /// Whether what `send` makes a sleeper do arrives sooner than one whom nobody wakes would do it,
  /// after 5 ms on average: most of 21 within 2 ms, in one of several tries, because others run on
  /// this machine too. Between two the workers fall asleep; then `prepare`.
  static bool is_woken(const auto& send, const UdpSocket& to, const auto& prepare) {
    for (int attempt = 0; attempt < 6; ++attempt) {
      int soon = 0;
      for (int i = 0; i < kSamples; ++i) {
        prepare();
        step_for(20ms + i * Doze::kLongestSleep / kSamples);  // at no fixed place of a sleep
        const Instant before = boot_time();
        send();
        const bool came = step_until(*plane_, [&] { return to.receive().has_value(); });
        soon += came && boot_time() - before < Doze::kLongestSleep / 5 ? 1 : 0;
      }
      if (soon > kSamples / 2) return true;
    }
    return false;
  }
  static bool is_woken(const auto& send, const UdpSocket& to) {
    return is_woken(send, to, [] {});
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

TEST_F(SleepingWorkers, ADatagramOfControlRingsTheBell) {
  const Endpoint peer = endpoint("198.51.100.2:40000");
  const UdpSocket client(peer);
  const auto send = [&] { plane_->send(0, peer, Packet{1, 2, 3}); };
  ASSERT_TRUE(arrives_again_and_again(send, client));  // until ARP has resolved it
  EXPECT_TRUE(is_woken(send, client));
}

/// One client socket, one queue, a session of either worker: one of them gets its frames by ring.
TEST_F(SleepingWorkers, AFrameWakesTheWorkerOfItsQueueAndThatOneItsOwner) {
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
    const auto send = [&] { client.send(endpoint("198.51.100.1:51820"), peer.seal(inner)); };
    ASSERT_TRUE(arrives_again_and_again(send, server));
    EXPECT_TRUE(is_woken(send, server)) << "worker " << int{worker};
    plane_->table().remove(peer.tag);
  }
  EXPECT_GT(handed_over(), before + kSamples / 2);
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
  unbound.hold_ms = 10'000;
  SessionView attached = unbound;
  attached.bound = bound;
  peer.install(plane_->table(), 1, attached, plane_->make_outer(0, bound));
  plane_->pool_v4()->assign(unbound.inner_v4, GatewayTag::unpack(peer.tag).slot);
  const auto send = [&] { server.send(endpoint("10.77.0.2:1000"), Packet(100, 'x')); };
  ASSERT_TRUE(arrives_again_and_again(send, client));
  const auto let_one_wait = [&] {
    peer.publish(plane_->table(), unbound, OuterTemplate{});
    send();
    EXPECT_TRUE(step_until(*plane_, [&] { return plane_->counters().at("gauge_held") == 1; }));
  };
  const auto bind = [&] { peer.publish(plane_->table(), attached, plane_->make_outer(0, bound)); };
  EXPECT_TRUE(is_woken(bind, client, let_one_wait));
  plane_->table().remove(peer.tag);
}

}  // namespace
}  // namespace jvpn::test
