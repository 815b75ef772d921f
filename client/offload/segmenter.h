// SPDX-License-Identifier: Apache-2.0
// What the kernel wrote into the tunnel interface, as packets for the wire.
//
// With segmentation offload the kernel hands over up to 64 KiB of a TCP flow, or of equal
// datagrams, as one packet with one header, and leaves the checksum to whoever cuts it:
//
//   | IP | TCP | payload ..................... |        seq, id, flags, partial checksum
//   | IP | TCP | payload |                              seq, id: all but FIN and PSH
//              | IP | TCP | payload |                   seq + 1 segment, id + 1: not CWR either
//                         | IP | TCP | rest |           seq + 2 segments, id + 2: FIN and PSH
//
// As net/ipv4/tcp_offload.c and udp_offload.c of Linux do it. No I/O.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "client/offload/virtio_header.h"

namespace jvpn::client {

class Segmenter {
 public:
  /// Takes up what one read brought: the header and the bytes behind it, which stay the caller's
  /// and in place until is_done(). TCP segments are cut so that no packet is longer than `mtu`
  /// bytes, whatever the header asks for; datagrams stay as long as they were sent.
  void begin(const VirtioHeader& header, ByteView packet, std::size_t mtu);

  bool is_done() const { return done_ >= packet_.size(); }
  /// Writes the next packet into `out` and returns its size; not to be called once is_done(). What
  /// makes no sense, or has no room, comes cut short: its IP header then speaks of more than there
  /// is, and the agent drops and counts it (not_ip).
  std::size_t next(ByteSpan out);

 private:
  /// Where the headers of a packet to be cut lie.
  struct Shape {
    bool is_v4;
    bool is_tcp;
    std::size_t transport;  ///< where TCP or UDP begins
    std::size_t payload;    ///< where the headers end
    std::size_t segment;    ///< payload in each packet
  };
  static std::optional<Shape> shape_of(const VirtioHeader& header, ByteView packet,
                                       std::size_t mtu);
  std::size_t copy_whole(ByteSpan out);
  std::size_t cut(const Shape& shape, ByteSpan out);
  void fix_ip(const Shape& shape, ByteSpan out) const;
  void fix_tcp(const Shape& shape, ByteSpan out, std::size_t size) const;
  void fix_udp(const Shape& shape, ByteSpan out) const;
  std::uint16_t transport_checksum(const Shape& shape, ByteView out) const;

  VirtioHeader header_;
  ByteView packet_;
  std::optional<Shape> shape_;  ///< nothing: not to be cut
  std::size_t done_ = 0;        ///< bytes of payload, or all of the packet
  std::uint16_t count_ = 0;     ///< packets so far
};

}  // namespace jvpn::client
