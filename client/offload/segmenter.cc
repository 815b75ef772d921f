// SPDX-License-Identifier: Apache-2.0
#include "client/offload/segmenter.h"

#include <algorithm>

#include "base/checksum.h"
#include "base/ensure.h"
#include "base/ip_headers.h"

namespace jvpn::client {
namespace {

constexpr std::size_t kTcpChecksum = offsetof(TcpHeader, checksum);
constexpr std::size_t kUdpChecksum = offsetof(UdpHeader, checksum);
/// No packet is as short: the agent will drop it.
constexpr std::size_t kCutShort = 1;

std::uint16_t read16(ByteView bytes, std::size_t at) {
  return load<BigEndian<std::uint16_t>>(bytes.data() + at).value();
}

/// UDP says "no checksum" with 0, and means 0 by its complement (RFC 768). TCP knows no such thing.
std::uint16_t udp_form(std::uint16_t checksum) {
  return checksum == 0 ? 0xffff : checksum;
}

}  // namespace

std::optional<Segmenter::Shape> Segmenter::shape_of(const VirtioHeader& header, ByteView packet,
                                                    std::size_t mtu) {
  if (packet.empty() || header.segment_size == 0 || !header.needs_checksum()) return std::nullopt;
  Shape shape{};
  shape.is_v4 = packet[0] >> 4 == 4;
  shape.is_tcp = header.is_tcp();
  if (!shape.is_tcp && header.kind != VirtioHeader::kUdp) return std::nullopt;
  shape.transport = header.checksum_start;
  const std::size_t least_ip = shape.is_v4 ? sizeof(Ipv4Header) : sizeof(Ipv6Header);
  const std::size_t least = shape.is_tcp ? sizeof(TcpHeader) : sizeof(UdpHeader);
  if (shape.transport < least_ip || packet.size() < shape.transport + least) return std::nullopt;
  if (shape.is_v4 && load<Ipv4Header>(packet.data()).header_size() != shape.transport) {
    return std::nullopt;
  }
  const std::uint8_t* transport = packet.data() + shape.transport;
  const std::size_t size =
      shape.is_tcp ? load<TcpHeader>(transport).header_size() : sizeof(UdpHeader);
  shape.payload = shape.transport + size;
  if (size < least || packet.size() <= shape.payload) return std::nullopt;
  const bool fits_checksum = header.checksum_offset == (shape.is_tcp ? kTcpChecksum : kUdpChecksum);
  shape.segment = header.segment_size;
  if (shape.is_tcp && mtu > shape.payload) {
    shape.segment = std::min(shape.segment, mtu - shape.payload);
  }
  return fits_checksum ? std::optional(shape) : std::nullopt;
}

void Segmenter::begin(const VirtioHeader& header, ByteView packet, std::size_t mtu) {
  header_ = header;
  packet_ = packet;
  count_ = 0;
  shape_ = header.kind == VirtioHeader::kWhole ? std::nullopt : shape_of(header, packet, mtu);
  done_ = shape_ ? shape_->payload : 0;
}

std::size_t Segmenter::next(ByteSpan out) {
  ensure(!is_done(), "the caller asks is_done() first");
  if (shape_) return cut(*shape_, out);
  return copy_whole(out);
}

std::size_t Segmenter::copy_whole(ByteSpan out) {
  done_ = packet_.size();
  const bool makes_sense = header_.kind == VirtioHeader::kWhole;
  const std::size_t wanted = makes_sense ? packet_.size() : kCutShort;
  const std::size_t size = std::min(wanted, out.size());
  std::memcpy(out.data(), packet_.data(), size);
  const std::size_t field = std::size_t{header_.checksum_start} + header_.checksum_offset;
  if (!header_.needs_checksum() || size != packet_.size()) return size;
  if (field + 2 > size) return kCutShort;
  const std::uint16_t sum =
      InternetSum().add(out.first(size).subspan(header_.checksum_start)).checksum();
  const bool is_udp = header_.checksum_offset == kUdpChecksum;
  store(out.data() + field, BigEndian<std::uint16_t>(is_udp ? udp_form(sum) : sum));
  return size;
}

std::size_t Segmenter::cut(const Shape& shape, ByteSpan out) {
  const std::size_t payload = std::min(shape.segment, packet_.size() - done_);
  const std::size_t size = shape.payload + payload;
  if (size > out.size()) {  // longer than any tunnel's MTU
    done_ = packet_.size();
    std::memcpy(out.data(), packet_.data(), std::min(kCutShort, out.size()));
    return kCutShort;
  }
  const ByteSpan packet = out.first(size);
  std::memcpy(packet.data(), packet_.data(), shape.payload);
  std::memcpy(packet.data() + shape.payload, packet_.data() + done_, payload);
  fix_ip(shape, packet);
  if (shape.is_tcp) {
    fix_tcp(shape, packet, payload);
  } else {
    fix_udp(shape, packet);
  }
  done_ += payload;
  ++count_;
  return size;
}

void Segmenter::fix_ip(const Shape& shape, ByteSpan out) const {
  if (!shape.is_v4) {
    const auto length = static_cast<std::uint16_t>(out.size() - sizeof(Ipv6Header));
    store(out.data() + offsetof(Ipv6Header, payload_length), BigEndian(length));
    return;
  }
  auto ip = load<Ipv4Header>(out.data());
  ip.length = static_cast<std::uint16_t>(out.size());
  ip.id = static_cast<std::uint16_t>(ip.id.value() + count_);
  ip.checksum = 0;
  store(out.data(), ip);
  const std::uint16_t sum = InternetSum().add(out.first(shape.transport)).checksum();
  store(out.data() + offsetof(Ipv4Header, checksum), BigEndian(sum));
}

/// The partial sum speaks of the whole packet's length: that is put right, and what it leaves out
/// added. So it holds also where the pseudo header has another destination than the IP header
/// (RFC 8200, 8.1).
std::uint16_t Segmenter::transport_checksum(const Shape& shape, ByteView out) const {
  const auto before = static_cast<std::uint16_t>(packet_.size() - shape.transport);
  const auto after = static_cast<std::uint16_t>(out.size() - shape.transport);
  const std::uint16_t partial =
      read16(packet_, shape.transport + (shape.is_tcp ? kTcpChecksum : kUdpChecksum));
  InternetSum sum;
  sum.add(partial).add(static_cast<std::uint16_t>(~before)).add(after);
  return sum.add(out.subspan(shape.transport)).checksum();
}

void Segmenter::fix_tcp(const Shape& shape, ByteSpan out, std::size_t size) const {
  std::uint8_t* at = out.data() + shape.transport;
  auto tcp = load<TcpHeader>(at);
  const std::size_t offset = done_ - shape.payload;
  tcp.sequence = tcp.sequence.value() + static_cast<std::uint32_t>(offset);
  const bool is_last = done_ + size == packet_.size();
  unsigned held_back = is_last ? 0 : TcpHeader::kFin | TcpHeader::kPush;
  if (offset != 0) held_back |= TcpHeader::kCwr;
  tcp.flags = static_cast<std::uint8_t>(tcp.flags & ~held_back);
  tcp.checksum = 0;
  store(at, tcp);
  store(at + kTcpChecksum, BigEndian(transport_checksum(shape, out)));
}

void Segmenter::fix_udp(const Shape& shape, ByteSpan out) const {
  std::uint8_t* at = out.data() + shape.transport;
  auto udp = load<UdpHeader>(at);
  udp.length = static_cast<std::uint16_t>(out.size() - shape.transport);
  udp.checksum = 0;
  store(at, udp);
  store(at + kUdpChecksum, BigEndian(udp_form(transport_checksum(shape, out))));
}

}  // namespace jvpn::client
