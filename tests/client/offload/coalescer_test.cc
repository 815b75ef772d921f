// SPDX-License-Identifier: Apache-2.0
#include "client/offload/coalescer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "client/offload/segmenter.h"
#include "session/core/limits.h"
#include "tests/client/offload/tcp_flow.h"

namespace jvpn::client {
namespace {

using test::Packet;
using test::some_bytes;
using test::TcpFlow;

Packet bytes_of(const TunnelWrite& write) {
  Packet packet;
  for (const ByteView& part : write.parts) packet.insert(packet.end(), part.begin(), part.end());
  return packet;
}

struct Written {
  VirtioHeader header;
  Packet packet;
};

std::vector<Written> coalesce(const std::vector<Packet>& packets) {
  const std::vector<ByteView> views(packets.begin(), packets.end());
  Coalescer coalescer;
  std::vector<Written> out;
  for (const TunnelWrite& write : coalescer.coalesce(views)) {
    out.push_back({write.header, bytes_of(write)});
  }
  return out;
}

/// What the kernel would make of the writes, were it to send them on.
std::vector<Packet> cut_again(const std::vector<Written>& writes) {
  std::vector<Packet> packets;
  for (const Written& write : writes) {
    Segmenter segmenter;
    segmenter.begin(write.header, write.packet, kMaxTunnelMtu);
    while (!segmenter.is_done()) {
      Packet room(kMaxTunnelMtu);
      room.resize(segmenter.next(room));
      packets.push_back(room);
    }
  }
  return packets;
}

TEST(Coalescer, MakesOneWriteOfConsecutiveSegments) {
  for (const bool v4 : {true, false}) {
    TcpFlow flow;
    flow.v4 = v4;
    flow.tcp_options = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
    const TcpFlow as_it_was = flow;
    std::vector<Packet> packets;
    for (int i = 0; i < 4; ++i) packets.push_back(flow.next(some_bytes(1001)));
    packets.push_back(flow.next(some_bytes(17), TcpHeader::kPush));
    const auto written = coalesce(packets);
    ASSERT_EQ(written.size(), 1u);
    Packet all;
    for (int i = 0; i < 4; ++i) {
      const Packet part = some_bytes(1001);
      all.insert(all.end(), part.begin(), part.end());
    }
    const Packet rest = some_bytes(17);
    all.insert(all.end(), rest.begin(), rest.end());
    const auto wanted = test::super_packet(as_it_was, all, 1001, TcpHeader::kPush);
    EXPECT_EQ(written[0].packet, wanted.packet);
    EXPECT_EQ(std::memcmp(&written[0].header, &wanted.header, sizeof(VirtioHeader)), 0);
    EXPECT_EQ(cut_again(written), packets);
  }
}

TEST(Coalescer, PassesASinglePacketWhereItLies) {
  const Packet packet = TcpFlow{}.next(some_bytes(100));
  const ByteView view(packet);
  Coalescer coalescer;
  const auto written = coalescer.coalesce(std::span(&view, 1));
  ASSERT_EQ(written.size(), 1u);
  ASSERT_EQ(written[0].parts.size(), 1u);
  EXPECT_EQ(written[0].parts[0].data(), packet.data());
  EXPECT_EQ(written[0].parts[0].size(), packet.size());
  EXPECT_EQ(written[0].header.flags, 0);
  EXPECT_EQ(written[0].header.kind, VirtioHeader::kWhole);
}

TEST(Coalescer, BeginsAnewBehindAShorterOrAPushedSegment) {
  TcpFlow flow;
  const std::vector<Packet> packets{
      flow.next(some_bytes(100)), flow.next(some_bytes(99)),
      flow.next(some_bytes(100)), flow.next(some_bytes(100), TcpHeader::kPush),
      flow.next(some_bytes(100)), flow.next(some_bytes(101)),
      flow.next(some_bytes(101)), flow.next({})};
  const auto written = coalesce(packets);
  EXPECT_EQ(written.size(), 5u) << "2, 2, 1, 2 and what brings no data";
  EXPECT_EQ(cut_again(written), packets);
}

TEST(Coalescer, MakesNoPacketLongerThanIpCanSay) {
  TcpFlow flow;
  std::vector<Packet> packets;
  for (std::size_t i = 0; i < kPacketBurst; ++i) packets.push_back(flow.next(some_bytes(1380)));
  const auto written = coalesce(packets);
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0].packet.size(), 40u + 47 * 1380);
  EXPECT_EQ(cut_again(written), packets);
}

TEST(Coalescer, GathersFlowsThatTakeTurns) {
  TcpFlow one;
  TcpFlow other;
  other.port = 40001;
  TcpFlow six;
  six.v4 = false;
  std::vector<Packet> packets;
  for (int i = 0; i < 3; ++i) {
    for (TcpFlow* flow : {&one, &other, &six}) packets.push_back(flow->next(some_bytes(500)));
    packets.push_back(test::udp_packet(true, some_bytes(500), 3));
  }
  EXPECT_EQ(coalesce(packets).size(), 3u + 3u);
}

TEST(Coalescer, TakesAnIdThatStandsStillWhereNothingMayBeFragmented) {
  for (const bool dont_fragment : {true, false}) {
    TcpFlow flow;
    flow.dont_fragment = dont_fragment;
    std::vector<Packet> packets;
    for (int i = 0; i < 3; ++i) {
      flow.ip_id = 0;
      packets.push_back(flow.next(some_bytes(500)));
    }
    EXPECT_EQ(coalesce(packets).size(), dont_fragment ? 1u : 3u);
  }
}

/// Three segments, the middle one not quite like the others: does anything change its place, or its
/// bytes, and what is merged?
void expect_no_merging(const std::string& what, bool v4,
                       const std::function<Packet(TcpFlow&)>& middle) {
  TcpFlow flow;
  flow.v4 = v4;
  flow.tcp_options = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  const Packet first = flow.next(some_bytes(500));
  TcpFlow strange = flow;
  flow.sequence += 5000;
  const std::vector<Packet> packets{first, middle(strange), flow.next(some_bytes(500))};
  std::vector<Packet> written;
  for (const Written& write : coalesce(packets)) {
    written.push_back(write.packet);
    EXPECT_EQ(write.header.kind, VirtioHeader::kWhole) << what;
  }
  EXPECT_EQ(written, packets) << what;
}

TEST(Coalescer, MergesNothingThatDiffers) {
  const auto changed = [](auto change) {
    return [change](TcpFlow& flow) {
      change(flow);
      return flow.next(some_bytes(500));
    };
  };
  const auto flagged = [](std::uint8_t flags) {
    return [flags](TcpFlow& flow) { return flow.next(some_bytes(500), flags); };
  };
  for (const bool v4 : {true, false}) {
    expect_no_merging("class", v4, changed([](auto& f) { f.tos = 3; }));
    expect_no_merging("hops", v4, changed([](auto& f) { f.ttl = 63; }));
    expect_no_merging("ack", v4, changed([](auto& f) { ++f.acknowledged; }));
    expect_no_merging("window", v4, changed([](auto& f) { ++f.window; }));
    expect_no_merging("a gap", v4, changed([](auto& f) { ++f.sequence; }));
    expect_no_merging("again", v4, changed([](auto& f) { f.sequence -= 500; }));
    expect_no_merging("options", v4, changed([](auto& f) { f.tcp_options[5] = 99; }));
    expect_no_merging("fewer options", v4, changed([](auto& f) { f.tcp_options.resize(4); }));
    expect_no_merging("no ACK", v4, changed([](auto& f) { f.flags = 0; }));
    for (const std::uint8_t flag : Bytes<6>{0x01, 0x02, 0x04, 0x20, 0x40, 0x80}) {
      expect_no_merging("flag " + std::to_string(flag), v4, flagged(flag));
    }
    expect_no_merging("longer", v4, [](TcpFlow& f) { return f.next(some_bytes(501)); });
    expect_no_merging("forged", v4, [](TcpFlow& f) {
      Packet packet = f.next(some_bytes(500));
      packet[100] ^= 1;
      return packet;
    });
    expect_no_merging("trailing", v4, [](TcpFlow& f) {
      Packet packet = f.next(some_bytes(500));
      packet.push_back(0);
      return packet;
    });
  }
  expect_no_merging("may be fragmented", true, changed([](auto& f) { f.dont_fragment = false; }));
  expect_no_merging("id", true, changed([](auto& f) { f.ip_id += 5; }));
  expect_no_merging("IP options", true, changed([](auto& f) { f.ip_options = 4; }));
  expect_no_merging("IP checksum", true, [](TcpFlow& f) {
    Packet packet = f.next(some_bytes(500));
    packet[10] ^= 1;
    return packet;
  });
}

TEST(Coalescer, MergesNothingIntoASegmentWhoseChecksumIsWrong) {
  TcpFlow flow;
  std::vector<Packet> packets;
  for (int i = 0; i < 3; ++i) packets.push_back(flow.next(some_bytes(500)));
  packets[0][100] ^= 1;
  const auto written = coalesce(packets);
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0].packet, packets[0]);
  EXPECT_EQ(written[0].header.flags, 0) << "the kernel is to find out";
}

/// A fragment has no ports that could tell whose it is: nothing passes it.
TEST(Coalescer, LetsNothingPassTcpOfAnOddShape) {
  TcpFlow flow;
  Packet fragment = flow.next(some_bytes(500));
  flow.sequence -= 500;
  --flow.ip_id;
  fragment[6] = 0x20;
  std::vector<Packet> packets{flow.next(some_bytes(500)), fragment, flow.next(some_bytes(500))};
  std::vector<Packet> written;
  for (const Written& write : coalesce(packets)) written.push_back(write.packet);
  EXPECT_EQ(written, packets);
}

/// Whatever comes, mixed as it may be: cut again, each flow is what it was, packet by packet.
RC_GTEST_PROP(Coalescer, ChangesNothingThatCuttingDoesNotUndo, ()) {
  std::array<TcpFlow, 3> flows;
  flows[1].port = 40001;
  flows[2].v4 = false;
  flows[2].tcp_options = {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
  const auto count = *rc::gen::inRange<std::size_t>(0, kPacketBurst + 1);
  std::vector<Packet> packets;
  while (packets.size() < count) {
    TcpFlow& flow = flows[*rc::gen::inRange<std::size_t>(0, 3)];
    const std::size_t size = *rc::gen::element<std::size_t>(0, 1, 100, 100, 100, 1203, 1203);
    const Packet payload = some_bytes(size);
    switch (*rc::gen::inRange(0, 12)) {
      case 0:
        packets.push_back(flow.next(payload, TcpHeader::kPush));
        break;
      case 1:
        packets.push_back(flow.next(payload, TcpHeader::kCwr));
        break;
      case 2:
        ++flow.acknowledged;
        break;
      case 3:
        flow.sequence += 5;
        break;
      case 4:
        packets.push_back(flow.next(payload));
        packets.back().back() ^= 1;
        break;
      default:
        packets.push_back(flow.next(payload));
    }
  }
  const auto by_port = [](const std::vector<Packet>& all) {
    std::map<std::pair<bool, std::uint8_t>, std::vector<Packet>> flows_of;
    for (const Packet& packet : all) {
      const bool v4 = packet[0] >> 4 == 4;
      flows_of[{v4, packet[v4 ? 21 : 41]}].push_back(packet);
    }
    return flows_of;
  };
  RC_ASSERT(by_port(cut_again(coalesce(packets))) == by_port(packets));
}

}  // namespace
}  // namespace jvpn::client
