// SPDX-License-Identifier: Apache-2.0
// Inner packets on their way into the tunnel interface: consecutive segments of one TCP flow become
// one write, which costs the kernel as much as one packet did. The reverse of segmenter.h:
//
//   A1 B1 A2 A3 u B2 A4   ->   A1..A4   B1 B2   u        A, B: flows; u: something else
//
// Within one burst only, so that nothing waits. Within a flow nothing changes places: a packet that
// does not continue what is being gathered of its flow ends that, and TCP of an odd shape ends
// everything that is being gathered. What is merged was verified first, for the kernel will not do
// so again; all else passes untouched, and untouched it stays where a checksum is wrong.
#pragma once

#include <array>
#include <span>

#include "client/offload/tcp_segment.h"
#include "client/offload/virtio_header.h"
#include "client/packet.h"

namespace jvpn::client {

/// One write to the tunnel interface: `parts` one behind the other make the packet.
struct TunnelWrite {
  VirtioHeader header;
  std::span<const ByteView> parts;
};

class Coalescer {
 public:
  /// At most kPacketBurst packets. What is returned points into them and into this object, until
  /// the next call.
  std::span<const TunnelWrite> coalesce(std::span<const ByteView> packets);

 private:
  static constexpr std::uint8_t kNone = 255;
  static_assert(kPacketBurst < kNone);

  /// One write in the making: packets of the burst, linked by next_.
  struct Gathering {
    std::uint8_t first;
    std::uint8_t last;
    std::uint8_t count;
    bool is_open;      ///< may be continued
    bool is_verified;  ///< its first packet
    std::uint32_t next_sequence;
    std::uint32_t segment_size;
    std::uint32_t size;  ///< of the whole packet
  };

  void place(std::uint8_t index);
  /// What is being gathered of the flow, or null.
  Gathering* find(const TcpSegment& segment);
  bool append(Gathering& gathering, std::uint8_t index);
  bool fits(const Gathering& gathering, const TcpSegment& segment) const;
  void start(std::uint8_t index, bool is_open);
  void close_all();
  TunnelWrite finish(const Gathering& gathering);
  TunnelWrite merge(const Gathering& gathering);

  std::span<const ByteView> packets_;
  std::array<std::optional<TcpSegment>, kPacketBurst> segments_;
  std::array<std::uint8_t, kPacketBurst> next_;
  std::array<Gathering, kPacketBurst> gatherings_;
  std::size_t gathering_count_ = 0;

  using Headers = Bytes<20 + 20 + 60>;  ///< IPv6 is 40, TCP at most 60
  std::array<Headers, kPacketBurst / 2> headers_;
  std::size_t header_count_ = 0;
  std::array<ByteView, kPacketBurst + kPacketBurst / 2> parts_;
  std::size_t part_count_ = 0;
  std::array<TunnelWrite, kPacketBurst> writes_;
};

}  // namespace jvpn::client
