// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/inner_packet.h"

#include <algorithm>

#include "base/cursor.h"
#include "base/ensure.h"

namespace jvpn::churn {
namespace {

constexpr std::uint64_t kMagic = 0x6a76'706e'6368'726e;  // "jvpnchrn": strangers are not counted

/// RFC 1071, over the 20 bytes of a header without options.
std::uint16_t header_checksum(ByteView header) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) {
    sum += load<BigEndian<std::uint16_t>>(header.data() + i);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

void write_stamp(const Stamp& stamp, ByteSpan payload) {
  ByteWriter(payload)
      .number(kMagic)
      .number(stamp.session)
      .number(stamp.number)
      .number(stamp.answers)
      .number(static_cast<std::uint64_t>(stamp.sent_ns));
}

std::optional<Stamp> read_stamp(ByteView payload) {
  if (payload.size() < Stamp::kSize) return std::nullopt;
  ByteReader reader(payload);
  if (reader.number<std::uint64_t>() != kMagic) return std::nullopt;
  Stamp stamp;
  stamp.session = reader.number<std::uint32_t>();
  stamp.number = reader.number<std::uint32_t>();
  stamp.answers = reader.number<std::uint32_t>();
  stamp.sent_ns = static_cast<std::int64_t>(reader.number<std::uint64_t>());
  return stamp;
}

void write_uplink(const IpAddress& from, const Endpoint& sink, const Stamp& stamp, ByteSpan out) {
  ensure(out.size() >= kLeastInnerSize && out.size() <= 65535, "the options hold the size to that");
  std::ranges::fill(out, std::uint8_t{0});
  const auto size = static_cast<std::uint16_t>(out.size());
  ByteWriter(out)
      .number(std::uint16_t{0x4500})
      .number(size)
      .number(std::uint32_t{0x4000})      // identification 0, don't fragment
      .number(std::uint32_t{0x40110000})  // TTL 64, UDP
      .bytes(from.v4_octets())
      .bytes(sink.address.v4_octets())
      .number(kSessionPort)
      .number(sink.port)
      .number(static_cast<std::uint16_t>(size - 20));
  store(out.data() + 10, BigEndian<std::uint16_t>(header_checksum(out.first(20))));
  write_stamp(stamp, out.subspan(kInnerHeaders));
}

std::optional<Stamp> read_inner(ByteView packet) {
  if (packet.size() < kLeastInnerSize || packet[0] != 0x45 || packet[9] != 17) return std::nullopt;
  return read_stamp(packet.subspan(kInnerHeaders));
}

}  // namespace jvpn::churn
