// SPDX-License-Identifier: Apache-2.0
// What comes out of the tunnel goes into the kernel in one piece where it can: whatever the packets
// are, each byte of payload is written, in its flow's order, and what is merged is a packet that
// the kernel can cut again.
#include "client/offload/coalescer.h"
#include "client/offload/segmenter.h"
#include "tests/client/offload/tcp_flow.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark merged("merged");
Mark merged6("merged, IPv6");
Mark odd("a packet of an odd shape");
Mark forged("a wrong checksum");

/// Packets of two flows as the program says, some spoilt by a flipped bit.
std::vector<test::Packet> packets_of(ByteView input) {
  ByteReader program(input);
  std::array<test::TcpFlow, 2> flows;
  flows[1].v4 = false;
  std::vector<test::Packet> packets;
  while (!program.rest().empty() && packets.size() < client::kPacketBurst) {
    const auto what = program.number<std::uint8_t>();
    test::TcpFlow& flow = flows[what & 1];
    const std::size_t size = (what & 2) != 0 ? 100 : program.number<std::uint8_t>();
    const std::uint8_t flags = (what & 4) != 0 ? program.number<std::uint8_t>() : 0;
    packets.push_back(flow.next(test::some_bytes(size), flags));
    if ((what & 8) != 0) flip_one_bit(program, packets.back());
    if ((what & 16) != 0) ++flow.acknowledged;
    if ((what & 32) != 0) flow.sequence += program.number<std::uint8_t>();
    if ((what & 64) != 0) packets.back().resize(program.number<std::uint8_t>());
  }
  return packets;
}

}  // namespace

void one(ByteView input) {
  const std::vector<test::Packet> packets = packets_of(input);
  const std::vector<ByteView> views(packets.begin(), packets.end());
  client::Coalescer coalescer;
  std::vector<test::Packet> again;
  for (const client::TunnelWrite& write : coalescer.coalesce(views)) {
    test::Packet whole;
    for (const ByteView& part : write.parts) whole.insert(whole.end(), part.begin(), part.end());
    if (write.parts.size() == 1) {
      ensure(!write.header.needs_checksum(), "the kernel verifies what we did not");
      again.push_back(whole);
      continue;
    }
    merged.hit();
    merged6.hit_if(whole[0] >> 4 == 6);
    client::Segmenter segmenter;
    segmenter.begin(write.header, whole, 65535);
    while (!segmenter.is_done()) {
      test::Packet room(9000);
      room.resize(segmenter.next(room));
      ensure(test::has_right_checksums(room, write.header.checksum_start), "as it was before");
      again.push_back(room);
    }
  }
  ensure(again.size() == packets.size(), "none is lost, none is made");
  std::vector<test::Packet> before = packets;
  for (const test::Packet& packet : packets) {
    const auto shape = client::TcpSegment::parse(packet);
    odd.hit_if(!shape);
    forged.hit_if(shape && !shape->is_intact());
  }
  // Ids of packets that may not be fragmented are the one thing that may come out otherwise.
  const auto without_ids = [](std::vector<test::Packet>& all) {
    for (test::Packet& packet : all) {
      if (packet.size() > 12 && packet[0] == 0x45)
        packet[4] = packet[5] = packet[10] = packet[11] = 0;
    }
    std::sort(all.begin(), all.end());
  };
  without_ids(before);
  without_ids(again);
  ensure(before == again, "cut again, they are the packets that came");
}

void seeds(const Keep& keep) {
  keep("run4", Bytes<4>{2, 2, 2, 2});
  keep("run6", Bytes<4>{3, 3, 3, 3});
  keep("mixed", Bytes<6>{2, 3, 2, 3, 18, 2});
  keep("forged", Bytes<5>{2, 10, 1, 64, 2});
  keep("odd", Bytes<4>{2, 66, 30, 2});
}

}  // namespace jvpn::fuzz
