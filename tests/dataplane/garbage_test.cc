// SPDX-License-Identifier: Apache-2.0
// Properties: whatever arrives, every frame gets one verdict, no byte behind it is touched, no
// buffer is lost, and only what was really sealed gets through.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "dataplane/downlink.h"
#include "dataplane/uplink.h"
#include "exact_buffer.h"
#include "rig.h"

namespace jvpn::test {
namespace {

const Endpoint kClient = endpoint("203.0.113.7:40000");

Packet inner() {
  return udp_packet(endpoint("10.77.0.2:1"), endpoint("192.0.2.80:80"), Packet(50, 1));
}

std::vector<Packet> genuine_frames(TunnelPeer& peer) {
  const auto up = [](ByteView payload) {
    return frame_of(udp_packet(kClient, endpoint("198.51.100.1:51820"), payload), kRouterMac,
                    kOurUnderlayMac);
  };
  const auto up6 = [](ByteView payload) {
    return frame_of(
        udp_packet(endpoint("[2001:db8:7::7]:1"), endpoint("[2001:db8::1]:51820"), payload),
        kRouterMac, kOurUnderlayMac);
  };
  Packet init(kInitSize);
  init[0] = 0x10;
  ArpPacket arp;
  arp.sender = address("198.51.100.9").v4_octets();
  arp.target = address("198.51.100.1").v4_octets();
  const auto down = [](const Packet& packet) {
    return frame_of(packet, kServerMac, kOurPlaintextMac);
  };
  return {up(peer.seal(inner())),
          up6(peer.seal(inner())),
          up(peer.ask(Heartbeat{})),
          up(peer.control(kRequestSize)),
          up(init),
          arp_frame(ArpPacket::kRequest, arp, kBroadcastMac),
          down(udp_packet(endpoint("192.0.2.80:80"), endpoint("10.77.0.2:1"), Packet(50))),
          down(udp_packet(endpoint("[2001:db8::80]:80"), endpoint("[fd77::2]:1"), Packet(1500))),
          down(echo_request(address("10.99.0.2"), address("10.99.0.1"), 20))};
}

/// The books are checked by the rig after each turn, the buffers at its end.
void expect_it_survives(Rig& rig, const Packet& frame) {
  for (const std::uint8_t link : {Rig::kUnderlay, Rig::kPlaintext}) {
    rig.arrive(link, frame);
    rig.turn();
    rig.sent(Rig::kUnderlay);
    rig.sent(Rig::kPlaintext);
    for (std::size_t kind = 0; kind < kPuntClasses; ++kind) {
      rig.punted(static_cast<PuntClass>(kind));
    }
  }
}

TEST(Garbage, RandomBytesGetAVerdictEach) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  EXPECT_TRUE(rc::check([&](const Packet& bytes) { expect_it_survives(rig, bytes); }));
  EXPECT_EQ(rig.count(Verdict::forwarded), 0u);
}

TEST(Garbage, GenuineFramesCutAtAnyLengthGetAVerdictEach) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  for (const Packet& frame : genuine_frames(peer)) {
    const std::size_t most = std::min<std::size_t>(frame.size(), 140);
    for (std::size_t size = 0; size <= most; ++size) {
      expect_it_survives(rig, Packet(frame.begin(), frame.begin() + static_cast<long>(size)));
    }
  }
}

TEST(Garbage, GenuineFramesWithAnyChangeGetAVerdictEach) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  const std::vector<Packet> frames = genuine_frames(peer);
  EXPECT_TRUE(rc::check([&] {
    Packet frame = *rc::gen::elementOf(frames);
    const auto changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(frame.size(), 100));
      frame[at] = *rc::gen::arbitrary<std::uint8_t>();
    }
    expect_it_survives(rig, frame);
  }));
}

/// Inside the seal everything is the client's word: lengths and headers lie as they like.
TEST(Garbage, SealedNonsenseGetsAVerdictEach) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  EXPECT_TRUE(rc::check([&](Packet bytes) {
    const auto start = *rc::gen::elementOf(std::vector<std::uint8_t>{0x01, 0x45, 0x4f, 0x60, 0xff});
    if (!bytes.empty()) bytes[0] = start;
    rig.arrive_datagram(kClient, peer.seal(bytes));
    rig.turn();
    rig.sent(Rig::kPlaintext);
  }));
  EXPECT_EQ(rig.count(Verdict::open_failed), 0u);
}

TEST(Garbage, NoStageStepsBehindTheFrame) {
  Rig rig;
  TunnelPeer peer;
  rig.attach(peer, kClient);
  WorkerCounters counters;
  AeadEngine engine = std::move(*AeadEngine::create());
  Turn turn{rig.facts, 0, rig.mailboxes[0], engine, counters, Bytes<16>{}};
  turn.now = rig.now;
  static Burst burst;
  const auto run = [&](const Packet& frame) {
    for (const bool up : {true, false}) {
      turn.control.begin_turn();
      ExactBuffer exact(frame);
      burst.frame[0] = &exact.buffer;
      burst.begin(1);
      up ? uplink(turn, rig.facts.links[0], burst) : downlink(turn, rig.facts.links[1], burst);
      EXPECT_NE(burst.verdict[0], Verdict::undecided);
    }
    for (std::size_t kind = 0; kind < kPuntClasses; ++kind) {
      rig.punted(static_cast<PuntClass>(kind));
    }
  };
  for (const Packet& frame : genuine_frames(peer)) {
    for (std::size_t size = 0; size <= frame.size(); ++size) {
      Packet cut(frame.begin(), frame.begin() + static_cast<long>(size));
      run(cut);
      for (int changes = 0; changes < 8 && size > 14; ++changes) {
        const std::size_t at = 14 + static_cast<std::size_t>(changes) % (size - 14);
        cut[at] = static_cast<std::uint8_t>(cut[at] ^ (0x11u << changes % 4));
        run(cut);
      }
    }
  }
}

}  // namespace
}  // namespace jvpn::test
