// SPDX-License-Identifier: Apache-2.0
// What comes out of the tunnel is the client's word: lengths may lie.
#include "session/core/inner.h"

#include "session/core/heartbeat.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark v4("IPv4");
Mark v4_options("IPv4 with options");
Mark v6("IPv6");
Mark trailing("bytes behind the packet");

}  // namespace

void one(ByteView input) {
  const std::optional<InnerPacket> packet = parse_inner(input);
  if (!packet) return;
  const bool is_v4 = input[0] >> 4 == 4;
  ensure(!is_heartbeat(input), "no packet is both");
  ensure(packet->length <= input.size(), "it is there in full");
  ensure(packet->length >= (is_v4 ? 20 : 40), "its header is part of it");
  ensure(packet->source.is_v4() == is_v4 && packet->destination.is_v4() == is_v4,
         "addresses are of the packet's family");
  trailing.hit_if(packet->length < input.size());
  (is_v4 ? v4 : v6).hit();
  v4_options.hit_if(is_v4 && (input[0] & 0xf) > 5);
  ensure(parse_inner(input.first(packet->length)).has_value(), "nothing behind it matters");
  ensure(!parse_inner(input.first(packet->length - 1u)), "no byte of it may be missing");
}

void seeds(const Keep& keep) {
  Bytes<32> four{0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 77, 0, 2, 192, 0, 2, 80};
  keep("ipv4", four);
  four[0] = 0x47;
  keep("ipv4-options", four);
  Bytes<48> six{0x60, 0, 0, 0, 0, 8, 17, 64, 0xfd, 0x77};
  six[24] = 0xfd;
  keep("ipv6", six);
}

}  // namespace jvpn::fuzz
