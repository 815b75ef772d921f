// SPDX-License-Identifier: Apache-2.0
// Property: what the short way does with a packet of the usual shape is what the long way would
// have done. Two gateways with the same session see the same frames; one of them knows no usual
// shapes.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dataplane/downlink.h"
#include "dataplane/uplink.h"
#include "exact_buffer.h"
#include "rig.h"

namespace jvpn::test {
namespace {

const Endpoint kClient = endpoint("203.0.113.7:40000");
const Endpoint kGateway = endpoint("198.51.100.1:51820");
const Endpoint kInside = endpoint("10.77.0.2:1");
const Endpoint kServer = endpoint("192.0.2.80:80");

struct Outcome {
  Verdict verdict;
  Lane lane;
  std::uint8_t out;
  Packet frame;
  bool operator==(const Outcome&) const = default;
};

class Gateway {
 public:
  Gateway(TunnelPeer& peer, bool knows_usual) : knows_usual_(knows_usual) {
    rig_.attach(peer, kClient);
    turn_.now = rig_.now;
    if (!knows_usual) {
      turn_.usual.shapes.fill(FrameShape());
      turn_.usual.underlays.fill(UnderlayV4());
    }
  }

  Outcome run(const Packet& frame, bool up) {
    if (!knows_usual_) turn_.last_hop = Neighbours::kNone;  // so that deliver() asks everything
    turn_.control.begin_turn();
    ExactBuffer exact(frame, kAeadTagSize);
    burst_.frame[0] = &exact.buffer;
    burst_.begin(1);
    burst_.out[0] = 0xff;
    up ? uplink(turn_, rig_.facts.links[Rig::kUnderlay], burst_)
       : downlink(turn_, rig_.facts.links[Rig::kPlaintext], burst_);
    for (std::size_t kind = 0; kind < kPuntClasses; ++kind) {
      rig_.punted(static_cast<PuntClass>(kind));
    }
    const ByteView left = frame_bytes(&exact.buffer);
    return {burst_.verdict[0], burst_.lane[0], burst_.out[0], Packet(left.begin(), left.end())};
  }
  Turn& turn() { return turn_; }

 private:
  Rig rig_;
  bool knows_usual_;
  WorkerCounters counters_;
  AeadEngine engine_ = std::move(*AeadEngine::create());
  Turn turn_{rig_.facts, 0, rig_.mailboxes[0], engine_, counters_, Bytes<16>{}};
  Burst burst_;
};

Packet up_frame(ByteView payload, std::uint8_t ecn = 0) {
  return frame_of(udp_packet(kClient, kGateway, payload, {ecn}), kRouterMac, kOurUnderlayMac);
}

/// Up to three bytes changed, and sometimes a checksum that fits them, or another length.
Packet changed(Packet frame, std::size_t first, std::size_t last) {
  const auto changes = *rc::gen::inRange(0, 4);
  for (int i = 0; i < changes; ++i) {
    const auto at = *rc::gen::inRange(first, std::min(last, frame.size()));
    frame[at] = *rc::gen::oneOf(rc::gen::arbitrary<std::uint8_t>(),
                                rc::gen::just(static_cast<std::uint8_t>(frame[at] ^ 1)));
  }
  if (*rc::gen::inRange(0, 8) == 0) frame.resize(*rc::gen::inRange<std::size_t>(0, 160));
  return frame;
}

void mend_checksum(Packet& bytes, std::size_t ip) {
  if (bytes.size() < ip + sizeof(Ipv4Header)) return;
  const std::size_t sum_at = ip + offsetof(Ipv4Header, checksum);
  bytes[sum_at] = bytes[sum_at + 1] = 0;
  const std::uint16_t sum = slow_checksum(ByteView(bytes).subspan(ip, sizeof(Ipv4Header)));
  store(bytes.data() + sum_at, BigEndian<std::uint16_t>(sum));
}

class UsualPackets : public testing::Test {
 protected:
  void expect_same(const Packet& frame, bool up) {
    const Outcome fast = usual_.run(frame, up);
    const Outcome slow = stepwise_.run(frame, up);
    RC_ASSERT(fast == slow);
    if (fast.verdict == Verdict::forwarded) ++forwarded_;
  }

  TunnelPeer peer_;
  Gateway usual_{peer_, true};
  Gateway stepwise_{peer_, false};
  int forwarded_ = 0;
};

TEST_F(UsualPackets, AnUnderlayFrameGetsTheSameVerdictAndBytesEitherWay) {
  EXPECT_TRUE(rc::check([&] {
    Packet frame = changed(up_frame(peer_.seal(udp_packet(kInside, kServer, Packet(30)))), 0, 58);
    if (*rc::gen::arbitrary<bool>()) mend_checksum(frame, sizeof(EthernetHeader));
    expect_same(frame, true);
  }));
  EXPECT_GT(forwarded_, 0);
}

TEST_F(UsualPackets, AnInnerPacketGetsTheSameVerdictAndBytesEitherWay) {
  EXPECT_TRUE(rc::check([&] {
    Packet inner = changed(udp_packet(kInside, kServer, Packet(30)), 0, 20);
    const auto ecn = *rc::gen::inRange<std::uint8_t>(0, 4);
    expect_same(up_frame(peer_.seal(inner), ecn), true);
  }));
  EXPECT_GT(forwarded_, 0);
}

TEST_F(UsualPackets, APlaintextFrameGetsTheSameVerdictAndBytesEitherWay) {
  EXPECT_TRUE(rc::check([&] {
    const Packet packet =
        udp_packet(kServer, kInside, Packet(*rc::gen::inRange<std::size_t>(0, 60)));
    expect_same(changed(frame_of(packet, kServerMac, kOurPlaintextMac), 0, 36), false);
  }));
  EXPECT_GT(forwarded_, 0);
}

TEST_F(UsualPackets, EveryKindOfDestinationGetsTheSameVerdictEitherWay) {
  for (const char* to : {"10.99.0.1", "10.99.0.2", "10.99.0.77", "10.77.0.2", "10.77.200.3",
                         "10.78.0.1", "10.76.255.255", "223.255.255.255", "224.0.0.1",
                         "255.255.255.255", "0.0.0.0", "192.0.2.1"}) {
    const Packet inner = udp_packet(kInside, {address(to), 80}, Packet(30));
    for (int again = 0; again < 2; ++again) {  // the second finds the next hop of the first
      const Packet frame = up_frame(peer_.seal(inner));
      EXPECT_EQ(usual_.run(frame, true), stepwise_.run(frame, true)) << to;
    }
  }
}

TEST_F(UsualPackets, TheShortWayIsTaken) {
  const auto fits = [this](std::uint8_t link, const Packet& frame) {
    return usual_.turn().usual.shapes[link].fits(frame.data());
  };
  EXPECT_TRUE(fits(Rig::kUnderlay, up_frame(peer_.seal(udp_packet(kInside, kServer, Packet(30))))));
  EXPECT_FALSE(fits(Rig::kUnderlay, up_frame(peer_.control(kRequestSize))));
  EXPECT_TRUE(fits(Rig::kPlaintext, frame_of(udp_packet(kServer, kInside, Packet(30)), kServerMac,
                                             kOurPlaintextMac)));
}

}  // namespace
}  // namespace jvpn::test
