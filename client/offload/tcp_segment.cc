// SPDX-License-Identifier: Apache-2.0
#include "client/offload/tcp_segment.h"

#include <algorithm>

#include "base/checksum.h"
#include "base/ip_headers.h"

namespace jvpn::client {
namespace {

constexpr std::size_t kAddresses4 = offsetof(Ipv4Header, source);
constexpr std::size_t kAddresses6 = offsetof(Ipv6Header, source);

bool is_same(ByteView one, ByteView other, std::size_t at, std::size_t size) {
  return std::memcmp(one.data() + at, other.data() + at, size) == 0;
}

/// Where TCP begins in an IPv4 or IPv6 packet of the plain shape, else nothing.
std::optional<std::size_t> transport_of(ByteView packet) {
  if (packet.size() < sizeof(Ipv4Header)) return std::nullopt;
  if (packet[0] == 0x45) {
    const auto ip = load<Ipv4Header>(packet.data());
    const bool is_plain = ip.protocol == kProtocolTcp && !ip.is_fragment();
    return is_plain && ip.length == packet.size() ? std::optional(sizeof ip) : std::nullopt;
  }
  if (packet[0] >> 4 != 6 || packet.size() < sizeof(Ipv6Header)) return std::nullopt;
  const auto ip = load<Ipv6Header>(packet.data());
  const bool is_plain = ip.next_header == kProtocolTcp;
  const bool is_all = ip.payload_length + sizeof ip == packet.size();
  return is_plain && is_all ? std::optional(sizeof ip) : std::nullopt;
}

TcpHeader tcp_of(ByteView packet, std::size_t transport) {
  return load<TcpHeader>(packet.data() + transport);
}

}  // namespace

bool is_tcp(ByteView packet) {
  if (packet.size() < sizeof(Ipv4Header)) return false;
  if (packet[0] >> 4 == 4) return load<Ipv4Header>(packet.data()).protocol == kProtocolTcp;
  // Behind an extension header, as far as we look, anything may follow.
  return packet.size() < sizeof(Ipv6Header) ||
         (packet[6] != kProtocolUdp && packet[6] != kProtocolIcmp6);
}

std::optional<TcpSegment> TcpSegment::parse(ByteView packet) {
  const std::optional<std::size_t> transport = transport_of(packet);
  if (!transport || packet.size() < *transport + sizeof(TcpHeader)) return std::nullopt;
  const std::size_t payload = *transport + tcp_of(packet, *transport).header_size();
  if (payload < *transport + sizeof(TcpHeader) || payload > packet.size()) return std::nullopt;
  return TcpSegment(packet, *transport, payload);
}

std::uint32_t TcpSegment::sequence() const {
  return tcp_of(packet_, transport_).sequence;
}

std::uint16_t TcpSegment::ip_id() const {
  return load<Ipv4Header>(packet_.data()).id;
}

bool TcpSegment::is_of_same_flow(const TcpSegment& other) const {
  if (transport_ != other.transport_) return false;
  const std::size_t addresses = is_v4() ? kAddresses4 : kAddresses6;
  const std::size_t ports = 4;  // both, right behind the addresses
  return is_same(packet_, other.packet_, addresses, transport_ + ports - addresses);
}

bool TcpSegment::is_plain_data() const {
  constexpr std::uint8_t kAllowed = TcpHeader::kAck | TcpHeader::kEce | TcpHeader::kPush;
  const auto tcp = tcp_of(packet_, transport_);
  const bool is_plain = (tcp.flags & TcpHeader::kAck) != 0 && (tcp.flags & ~kAllowed) == 0;
  return is_plain && tcp.urgent == 0 && !payload().empty();
}

bool TcpSegment::is_pushed() const {
  return (tcp_of(packet_, transport_).flags & TcpHeader::kPush) != 0;
}

bool TcpSegment::has_same_ip(const TcpSegment& other) const {
  if (!is_v4()) {  // version, class and flow label; next header and hop limit
    return is_same(packet_, other.packet_, 0, 4) && is_same(packet_, other.packet_, 6, 2);
  }
  return is_same(packet_, other.packet_, 0, 2) &&  // version, length of the header, TOS
         is_same(packet_, other.packet_, offsetof(Ipv4Header, fragment), 4);  // DF, TTL, protocol
}

bool TcpSegment::continues(const TcpSegment& earlier) const {
  if (payload_ != earlier.payload_ || !is_of_same_flow(earlier) || !has_same_ip(earlier)) {
    return false;
  }
  const auto tcp = tcp_of(packet_, transport_);
  const auto before = tcp_of(earlier.packet_, transport_);
  const bool has_same_flags = ((tcp.flags ^ before.flags) & ~TcpHeader::kPush) == 0;
  const bool has_same_offset = tcp.offset == before.offset;  // with the bits that are reserved
  if (!has_same_flags || !has_same_offset || tcp.acknowledged != before.acknowledged ||
      tcp.window != before.window) {
    return false;
  }
  const std::size_t options = transport_ + sizeof(TcpHeader);
  return is_same(packet_, earlier.packet_, options, payload_ - options);
}

bool TcpSegment::is_intact() const {
  if (is_v4() && !InternetSum().add(packet_.first(sizeof(Ipv4Header))).is_right()) return false;
  const std::size_t addresses = is_v4() ? kAddresses4 : kAddresses6;
  const auto length = static_cast<std::uint16_t>(packet_.size() - transport_);
  InternetSum sum;
  sum.add(packet_.subspan(addresses, transport_ - addresses)).add(kProtocolTcp).add(length);
  return sum.add(packet_.subspan(transport_)).is_right();
}

}  // namespace jvpn::client
