// SPDX-License-Identifier: Apache-2.0
#include "client/offload/segmenter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "session/core/inner.h"
#include "session/core/limits.h"
#include "tests/client/offload/tcp_flow.h"

namespace jvpn::client {
namespace {

using test::Packet;
using test::some_bytes;
using test::SuperPacket;
using test::TcpFlow;

std::vector<Packet> cut(const SuperPacket& given, std::size_t mtu = kMaxTunnelMtu) {
  Segmenter segmenter;
  segmenter.begin(given.header, given.packet, mtu);
  std::vector<Packet> packets;
  while (!segmenter.is_done()) {
    Packet room(kMaxTunnelMtu);
    room.resize(segmenter.next(room));
    packets.push_back(room);
  }
  return packets;
}

/// The payload in packets of the flow's own making.
std::vector<Packet> sent_one_by_one(TcpFlow flow, const Packet& payload, std::size_t segment,
                                    std::uint8_t on_first, std::uint8_t on_last) {
  std::vector<Packet> packets;
  for (std::size_t at = 0; at < payload.size(); at += segment) {
    const std::size_t size = std::min(segment, payload.size() - at);
    std::uint8_t flags = at == 0 ? on_first : 0;
    if (at + size == payload.size()) flags |= on_last;
    const auto begin = payload.begin() + static_cast<std::ptrdiff_t>(at);
    packets.push_back(flow.next({begin, begin + static_cast<std::ptrdiff_t>(size)}, flags));
  }
  return packets;
}

/// Agents count what this says nothing of as not_ip.
bool is_cut_short(const std::vector<Packet>& packets) {
  return packets.size() == 1 && !parse_inner(packets[0]);
}

RC_GTEST_PROP(Segmenter, CutsTcpIntoThePacketsThatWouldHaveBeenSentOneByOne, ()) {
  TcpFlow flow;
  flow.v4 = *rc::gen::arbitrary<bool>();
  flow.tos = *rc::gen::arbitrary<std::uint8_t>();
  flow.ip_options = flow.v4 ? *rc::gen::inRange<std::size_t>(0, 11) * 4 : 0;
  flow.tcp_options = some_bytes(*rc::gen::inRange<std::size_t>(0, 11) * 4, 9);
  flow.sequence = *rc::gen::arbitrary<std::uint32_t>();
  flow.ip_id = *rc::gen::arbitrary<std::uint16_t>();
  const std::uint8_t ece = *rc::gen::element<std::uint8_t>(0, TcpHeader::kEce);
  flow.flags = TcpHeader::kAck | ece;
  const auto on_first = *rc::gen::element<std::uint8_t>(0, TcpHeader::kCwr);
  const auto on_last = *rc::gen::element<std::uint8_t>(
      0, TcpHeader::kPush, std::uint8_t{TcpHeader::kFin | TcpHeader::kPush});
  const auto segment = *rc::gen::inRange<std::uint16_t>(1, 1500);
  const std::size_t most = std::min<std::size_t>(65535 - flow.headers(), segment * 40u);
  const Packet payload = some_bytes(*rc::gen::inRange<std::size_t>(1, most));
  const SuperPacket given = super_packet(flow, payload, segment, on_first | on_last);
  RC_ASSERT(cut(given) == sent_one_by_one(flow, payload, segment, on_first, on_last));
}

TEST(Segmenter, CutsTheLargestReadThereIs) {
  for (const bool v4 : {true, false}) {
    TcpFlow flow;
    flow.v4 = v4;
    flow.tcp_options = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
    const Packet payload = some_bytes(65535 - flow.headers());
    const auto segment = static_cast<std::uint16_t>(1420 - flow.headers());
    const auto packets = cut(super_packet(flow, payload, segment, TcpHeader::kPush));
    EXPECT_EQ(packets, sent_one_by_one(flow, payload, segment, 0, TcpHeader::kPush));
    EXPECT_EQ(packets[0].size(), 1420u);
  }
}

TEST(Segmenter, CutsNoTcpPacketLongerThanTheTunnelTakes) {
  const TcpFlow flow;
  const Packet payload = some_bytes(10'001);
  const SuperPacket given = super_packet(flow, payload, 1460);
  EXPECT_EQ(cut(given, 1280), sent_one_by_one(flow, payload, 1240, 0, 0));
}

TEST(Segmenter, CutsDatagramsWhereTheyWereCutBefore) {
  for (const bool v4 : {true, false}) {
    const Packet payload = some_bytes(3 * 1201 + 5);
    const auto packets = cut(test::super_datagram(v4, payload, 1201), 1280);
    ASSERT_EQ(packets.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto begin = payload.begin() + static_cast<std::ptrdiff_t>(i * 1201);
      const Packet part(begin, i < 3 ? begin + 1201 : payload.end());
      EXPECT_EQ(packets[i], test::udp_packet(v4, part, static_cast<std::uint16_t>(7 + i)));
    }
  }
}

TEST(Segmenter, NeverSaysThatADatagramHasNoChecksum) {
  Packet payload = some_bytes(8);
  for (unsigned word = 0; word <= 0xffff; ++word) {
    payload[6] = static_cast<std::uint8_t>(word >> 8);
    payload[7] = static_cast<std::uint8_t>(word);
    const SuperPacket given = test::super_datagram(true, payload, 100);
    const Packet only = cut(given).at(0);
    ASSERT_FALSE(only[26] == 0 && only[27] == 0) << word;
    if (only[26] == 0xff && only[27] == 0xff) return;
  }
  FAIL() << "no payload summed up to zero: nothing was tried";
}

TEST(Segmenter, CompletesAChecksumThatTheKernelLeftToUs) {
  for (const bool v4 : {true, false}) {
    TcpFlow flow;
    flow.v4 = v4;
    const TcpFlow as_it_was = flow;
    SuperPacket tcp = super_packet(flow, some_bytes(101), 1460);
    tcp.header.kind = VirtioHeader::kWhole;
    EXPECT_EQ(cut(tcp), std::vector<Packet>{TcpFlow(as_it_was).next(some_bytes(101))});
    SuperPacket udp = test::super_datagram(v4, some_bytes(101), 1460);
    udp.header.kind = VirtioHeader::kWhole;
    EXPECT_EQ(cut(udp), std::vector<Packet>{test::udp_packet(v4, some_bytes(101), 7)});
  }
}

TEST(Segmenter, PassesAWholePacketUntouched) {
  const Packet packet = some_bytes(77);
  EXPECT_EQ(cut({VirtioHeader{}, packet}), std::vector<Packet>{packet});
}

TEST(Segmenter, HasNothingToGiveOfAnEmptyRead) {
  EXPECT_TRUE(cut({VirtioHeader{}, {}}).empty());
}

TEST(Segmenter, CutsShortWhatMakesNoSense) {
  const auto spoilt = [](auto spoil) {
    SuperPacket given = super_packet(TcpFlow{}, some_bytes(5000), 1400);
    spoil(given);
    return is_cut_short(cut(given));
  };
  EXPECT_TRUE(spoilt([](auto& p) { p.header.flags = 0; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.header.segment_size = 0; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.header.kind = 3; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.header.checksum_start = 24; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.header.checksum_start = 65535; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.header.checksum_offset = 6; }));
  EXPECT_TRUE(spoilt([](auto& p) { p.packet[32] = 0x40; })) << "a TCP header of 16 bytes";
  EXPECT_TRUE(spoilt([](auto& p) { p.packet.resize(39); }));
  EXPECT_TRUE(spoilt([](auto& p) { p.packet.resize(40); })) << "no payload at all";
  EXPECT_TRUE(spoilt([](auto& p) {
    p.header.kind = VirtioHeader::kWhole;
    p.header.checksum_start = 5030;
  }));
  EXPECT_FALSE(spoilt([](auto&) {}));
}

TEST(Segmenter, CutsShortWhatNoTunnelTakes) {
  EXPECT_TRUE(is_cut_short(cut({VirtioHeader{}, TcpFlow{}.next(some_bytes(9000))})));
  EXPECT_TRUE(is_cut_short(cut(test::super_datagram(true, some_bytes(30'000), 10'000))));
}

}  // namespace
}  // namespace jvpn::client
