// SPDX-License-Identifier: Apache-2.0
// What the tunnel interface hands over: header and packet are a kernel's word, and our own
// kernel's, but whatever they say, cutting ends, stays in its memory and changes no payload.
#include "client/offload/segmenter.h"
#include "session/core/inner.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark whole("whole packet");
Mark completed("checksum completed");
Mark tcp("TCP cut");
Mark udp("UDP cut");
Mark narrower("cut narrower than was asked for");
Mark senseless("cut short");

constexpr std::size_t kRoom = 2000;

void expect_pieces(const client::VirtioHeader& header, ByteView packet, std::size_t mtu) {
  client::Segmenter segmenter;
  segmenter.begin(header, packet, mtu);
  std::size_t pieces = 0;
  std::size_t payload = 0;
  std::size_t headers = 0;
  while (!segmenter.is_done()) {
    Bytes<kRoom> room;
    const std::size_t size = segmenter.next(room);
    ensure(size != 0 && size <= kRoom, "a packet has bytes, and room");
    if (size == 1) {
      ensure(segmenter.is_done(), "what makes no sense is one packet");
      return senseless.hit();
    }
    ++pieces;
    if (header.kind == client::VirtioHeader::kWhole) continue;
    const std::size_t transport = header.checksum_start;
    headers = transport + (header.is_tcp() ? std::size_t{room[transport + 12]} >> 4 << 2 : 8);
    ensure(size > headers, "each piece brings payload");
    expect_same(ByteView(room).subspan(headers, size - headers),
                packet.subspan(headers + payload, size - headers), "which is the packet's own");
    payload += size - headers;
    narrower.hit_if(!segmenter.is_done() && size - headers < header.segment_size);
  }
  if (header.kind != client::VirtioHeader::kWhole) {
    ensure(headers + payload == packet.size(), "nothing is left out");
    (header.is_tcp() ? tcp : udp).hit_if(pieces > 1);
  } else {
    whole.hit();
    completed.hit_if(header.needs_checksum());
  }
}

}  // namespace

void one(ByteView input) {
  client::VirtioHeader header;
  constexpr std::size_t kBefore = sizeof header + 2;
  if (input.size() <= kBefore) return;
  std::memcpy(&header, input.data(), sizeof header);
  const std::size_t mtu = load<BigEndian<std::uint16_t>>(input.data() + sizeof header);
  expect_pieces(header, input.subspan(kBefore), mtu);
}

void seeds(const Keep& keep) {
  using client::VirtioHeader;
  const auto put = [&](std::string_view name, const VirtioHeader& header, std::uint16_t mtu,
                       std::size_t size, std::uint8_t first) {
    std::vector<std::uint8_t> bytes(sizeof header + 2 + size);
    std::memcpy(bytes.data(), &header, sizeof header);
    store(bytes.data() + sizeof header, BigEndian(mtu));
    std::uint8_t* packet = bytes.data() + sizeof header + 2;
    packet[0] = first;
    if (header.is_tcp()) packet[header.checksum_start + 12] = 0x50;
    keep(name, bytes);
  };
  constexpr std::uint8_t kSum = VirtioHeader::kNeedsChecksum;
  put("tcp4", {kSum, VirtioHeader::kTcp4, 40, 100, 20, 16}, 1420, 340, 0x45);
  put("tcp6-narrow", {kSum, VirtioHeader::kTcp6, 60, 100, 40, 16}, 90, 360, 0x60);
  put("udp4", {kSum, VirtioHeader::kUdp, 28, 100, 20, 6}, 1420, 300, 0x45);
  put("whole", {0, VirtioHeader::kWhole, 0, 0, 0, 0}, 1420, 60, 0x45);
  put("partial", {kSum, VirtioHeader::kWhole, 0, 0, 20, 6}, 1420, 60, 0x45);
  put("senseless", {0, VirtioHeader::kTcp4, 40, 100, 20, 16}, 1420, 340, 0x45);
}

}  // namespace jvpn::fuzz
