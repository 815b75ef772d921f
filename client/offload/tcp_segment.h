// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/bytes.h"

namespace jvpn::client {

/// A TCP packet of the plain shape, of which a flow in full flight consists: no IP options, no
/// extension headers, no fragment, nothing behind it. Points into the packet.
class TcpSegment {
 public:
  /// Nothing: a packet of another shape.
  static std::optional<TcpSegment> parse(ByteView packet);

  ByteView packet() const { return packet_; }
  bool is_v4() const { return transport_ == 20; }
  std::size_t transport() const { return transport_; }  ///< where the TCP header begins
  ByteView headers() const { return packet_.first(payload_); }
  ByteView payload() const { return packet_.subspan(payload_); }
  std::uint32_t sequence() const;
  std::uint16_t ip_id() const;  ///< IPv4 only

  bool is_of_same_flow(const TcpSegment& other) const;
  /// Brings data, and no flag but ACK, ECE and PSH: it may be one of several in a super-packet.
  bool is_plain_data() const;
  /// PSH is set: nothing comes behind it in a super-packet.
  bool is_pushed() const;
  /// Differs from an earlier segment in nothing that all packets of a super-packet share: of the
  /// headers only lengths, checksums, IPv4 id, sequence and PSH may be others.
  bool continues(const TcpSegment& earlier) const;
  /// Both checksums are right.
  bool is_intact() const;

 private:
  TcpSegment(ByteView packet, std::size_t transport, std::size_t payload)
      : packet_(packet), transport_(transport), payload_(payload) {}
  bool has_same_ip(const TcpSegment& other) const;

  ByteView packet_;
  std::size_t transport_;
  std::size_t payload_;
};

/// Is it TCP at all, in whatever shape? Then its place among the packets of its flow matters.
bool is_tcp(ByteView packet);

}  // namespace jvpn::client
