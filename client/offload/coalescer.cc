// SPDX-License-Identifier: Apache-2.0
#include "client/offload/coalescer.h"

#include <algorithm>

#include "base/checksum.h"
#include "base/ensure.h"
#include "base/ip_headers.h"

namespace jvpn::client {

std::span<const TunnelWrite> Coalescer::coalesce(std::span<const ByteView> packets) {
  ensure(packets.size() <= kPacketBurst, "the caller writes no more than a burst");
  packets_ = packets;
  gathering_count_ = header_count_ = part_count_ = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) place(static_cast<std::uint8_t>(i));
  for (std::size_t i = 0; i < gathering_count_; ++i) writes_[i] = finish(gatherings_[i]);
  return std::span(writes_).first(gathering_count_);
}

void Coalescer::place(std::uint8_t index) {
  segments_[index] = TcpSegment::parse(packets_[index]);
  if (!segments_[index]) {
    if (is_tcp(packets_[index])) close_all();
    return start(index, false);
  }
  Gathering* gathering = find(*segments_[index]);
  if (gathering != nullptr && append(*gathering, index)) return;
  if (gathering != nullptr) gathering->is_open = false;
  const TcpSegment& segment = *segments_[index];
  start(index, segment.is_plain_data() && !segment.is_pushed());
}

Coalescer::Gathering* Coalescer::find(const TcpSegment& segment) {
  for (std::size_t i = gathering_count_; i-- > 0;) {
    Gathering& gathering = gatherings_[i];
    if (!gathering.is_open) continue;
    if (segment.is_of_same_flow(*segments_[gathering.first])) return &gathering;
  }
  return nullptr;
}

void Coalescer::start(std::uint8_t index, bool is_open) {
  Gathering& gathering = gatherings_[gathering_count_++];
  gathering = {index, index, 1, is_open, false, 0, 0, 0};
  next_[index] = kNone;
  if (!is_open) return;
  const TcpSegment& segment = *segments_[index];
  gathering.segment_size = static_cast<std::uint32_t>(segment.payload().size());
  gathering.next_sequence = segment.sequence() + gathering.segment_size;
  gathering.size = static_cast<std::uint32_t>(segment.packet().size());
}

void Coalescer::close_all() {
  for (Gathering& gathering : std::span(gatherings_).first(gathering_count_)) {
    gathering.is_open = false;
  }
}

/// What net/ipv4/tcp_offload.c asks of a segment, and that the kernel could cut it again as it was.
/// An IPv4 id counts on; where packets may not be fragmented it may as well stand still (RFC 6864).
bool Coalescer::fits(const Gathering& gathering, const TcpSegment& segment) const {
  const TcpSegment& first = *segments_[gathering.first];
  const std::size_t payload = segment.payload().size();
  if (!segment.is_plain_data() || !segment.continues(first)) return false;
  if (segment.sequence() != gathering.next_sequence || payload > gathering.segment_size) {
    return false;
  }
  if (gathering.size + payload > kMaxSuperPacket) return false;
  if (!segment.is_v4()) return true;
  const auto ip = load<Ipv4Header>(first.packet().data());
  const bool may_stand = (ip.fragment.value() & Ipv4Header::kDontFragment) != 0;
  const auto expected = static_cast<std::uint16_t>(ip.id.value() + gathering.count);
  return segment.ip_id() == expected || (may_stand && segment.ip_id() == ip.id.value());
}

bool Coalescer::append(Gathering& gathering, std::uint8_t index) {
  const TcpSegment& segment = *segments_[index];
  if (!fits(gathering, segment)) return false;
  if (!gathering.is_verified && !segments_[gathering.first]->is_intact()) return false;
  gathering.is_verified = true;
  if (!segment.is_intact()) return false;
  const auto payload = static_cast<std::uint32_t>(segment.payload().size());
  next_[gathering.last] = index;
  next_[index] = kNone;
  gathering.last = index;
  ++gathering.count;
  gathering.next_sequence += payload;
  gathering.size += payload;
  gathering.is_open = payload == gathering.segment_size && !segment.is_pushed();
  return true;
}

TunnelWrite Coalescer::finish(const Gathering& gathering) {
  if (gathering.count > 1) return merge(gathering);
  parts_[part_count_] = packets_[gathering.first];
  return {VirtioHeader{}, std::span(parts_).subspan(part_count_++, 1)};
}

/// The first packet's headers, with the whole length and a checksum left to the kernel, then all
/// payloads where they lie.
TunnelWrite Coalescer::merge(const Gathering& gathering) {
  const TcpSegment& first = *segments_[gathering.first];
  const TcpSegment& last = *segments_[gathering.last];
  const std::size_t transport = first.transport();
  const ByteSpan headers = ByteSpan(headers_[header_count_++]).first(first.headers().size());
  std::copy(first.headers().begin(), first.headers().end(), headers.begin());
  InternetSum pseudo;
  if (first.is_v4()) {
    auto ip = load<Ipv4Header>(headers.data());
    ip.length = static_cast<std::uint16_t>(gathering.size);
    ip.checksum = 0;
    store(headers.data(), ip);
    const std::uint16_t sum = InternetSum().add(headers.first(transport)).checksum();
    store(headers.data() + offsetof(Ipv4Header, checksum), BigEndian(sum));
    pseudo.add(ip.source).add(ip.destination);
  } else {
    auto ip = load<Ipv6Header>(headers.data());
    ip.payload_length = static_cast<std::uint16_t>(gathering.size - sizeof ip);
    store(headers.data(), ip);
    pseudo.add(ip.source).add(ip.destination);
  }
  pseudo.add(kProtocolTcp).add(static_cast<std::uint16_t>(gathering.size - transport));
  auto tcp = load<TcpHeader>(headers.data() + transport);
  if (last.is_pushed()) tcp.flags |= TcpHeader::kPush;
  tcp.checksum = pseudo.partial();
  store(headers.data() + transport, tcp);

  const std::size_t begin = part_count_;
  parts_[part_count_++] = headers;
  for (std::uint8_t i = gathering.first; i != kNone; i = next_[i]) {
    parts_[part_count_++] = segments_[i]->payload();
  }
  return {{VirtioHeader::kNeedsChecksum, first.is_v4() ? VirtioHeader::kTcp4 : VirtioHeader::kTcp6,
           static_cast<std::uint16_t>(headers.size()),
           static_cast<std::uint16_t>(gathering.segment_size),
           static_cast<std::uint16_t>(transport), offsetof(TcpHeader, checksum)},
          std::span(parts_).subspan(begin, part_count_ - begin)};
}

}  // namespace jvpn::client
