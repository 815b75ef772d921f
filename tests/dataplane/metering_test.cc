// SPDX-License-Identifier: Apache-2.0
#include "dataplane/meter.h"

#include <gtest/gtest.h>

#include "rig.h"
#include "session/core/policy.h"

namespace jvpn::test {
namespace {

using Verdicts = std::map<Verdict, std::uint64_t>;
const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kInner = endpoint("10.77.0.2:1");
const Endpoint kServer = endpoint("192.0.2.80:80");
constexpr std::size_t kPayload = 972;  ///< an inner packet of 1000 bytes

MeterPolicy limits(std::uint64_t committed_bps, std::uint64_t peak_bps) {
  MeterPolicy policy;
  policy.committed_bps = committed_bps;
  policy.peak_bps = peak_bps;
  policy.committed_burst_bytes = policy.peak_burst_bytes = 10'000;
  return policy;
}

class Metering : public testing::Test {
 protected:
  Metering() { rig.attach(peer, kClient); }

  void set(const MeterPolicy& up, const MeterPolicy& down) {
    rig.table->set_meters(peer.tag, profile_of(up), profile_of(down));
  }
  void send_up() {
    rig.arrive_datagram(kClient, peer.seal(udp_packet(kInner, kServer, Packet(kPayload))));
    rig.turn();
    rig.sent(Rig::kPlaintext);
  }
  void send_down() {
    rig.arrive_plaintext(udp_packet(kServer, kInner, Packet(kPayload)));
    rig.turn();
    rig.sent(Rig::kUnderlay);
  }

  Rig rig;
  TunnelPeer peer;
};

TEST_F(Metering, PassesThePeakRateEachWayAndCountsTheRestForTheSession) {
  set(limits(0, 800'000), limits(0, 1'600'000));  // 100 and 200 packets a second
  for (int ms = 0; ms < 2000; ms += 2) {
    send_up();
    send_down();
    rig.now = rig.now + 2ms;
  }
  Verdicts given = rig.new_verdicts();
  const HealthSample sample = rig.health(peer);
  EXPECT_NEAR(double(sample.bytes_up), 200e3 + 10e3, 4e3);
  EXPECT_NEAR(double(sample.bytes_down), 400e3 + 10e3, 8e3);
  EXPECT_EQ(sample.metered_up, given[Verdict::metered_up]);
  EXPECT_EQ(sample.metered_down, given[Verdict::metered_down]);
  EXPECT_EQ(sample.bytes_up / 1000 + sample.metered_up, 1000u);
  EXPECT_EQ(sample.bytes_down / 1000 + sample.metered_down, 1000u);
}

TEST_F(Metering, PassesABurstAtOnce) {
  set(limits(0, 800'000), limits(0, 800'000));
  for (int i = 0; i < 15; ++i) send_up();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 10}, {Verdict::metered_up, 5}}));
  for (int i = 0; i < 15; ++i) send_down();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 10}, {Verdict::metered_down, 5}}));
}

TEST_F(Metering, ForwardsAndCountsWhatIsBeyondTheCommittedRateOnly) {
  set(limits(80'000, 100'000'000), limits(80'000, 100'000'000));
  for (int ms = 0; ms < 50; ++ms) {
    send_up();
    send_down();
    rig.now = rig.now + 1ms;
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 100}}));
  EXPECT_EQ(rig.counters().over_committed_up.sample(), 40u);
  EXPECT_EQ(rig.counters().over_committed_down.sample(), 40u);
}

TEST_F(Metering, LeavesUnmeteredSessionsAndTheOtherDirectionAlone) {
  for (int i = 0; i < 200; ++i) {
    send_up();
    send_down();
  }
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 400}}));
  set(limits(0, 8'000), {});
  for (int i = 0; i < 200; ++i) send_down();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 200}}));
}

TEST_F(Metering, FollowsAChangeAtOnce) {
  set(limits(0, 8'000), {});
  for (int i = 0; i < 11; ++i) send_up();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 10}, {Verdict::metered_up, 1}}));
  set({}, {});
  for (int i = 0; i < 20; ++i) send_up();
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::forwarded, 20}}));
}

TEST_F(Metering, MetersNeitherHeartbeatsNorTheirReplies) {
  set(limits(0, 8'000), limits(0, 8'000));
  for (int i = 0; i < 11; ++i) send_up(), send_down();
  rig.new_verdicts();
  rig.arrive_datagram(kClient, peer.ask(Heartbeat{}));
  rig.turn();
  EXPECT_EQ(rig.sent(Rig::kUnderlay).size(), 1u);
  EXPECT_EQ(rig.new_verdicts(), (Verdicts{{Verdict::answered, 1}}));
}

}  // namespace
}  // namespace jvpn::test
