// SPDX-License-Identifier: Apache-2.0
// Frames and inner packets for the data plane's tests, written field by field and on purpose
// without the product's own builders.
#pragma once

#include <vector>

#include "dataplane/net_headers.h"
#include "session/core/address.h"

namespace jvpn::test {

using Packet = std::vector<std::uint8_t>;

/// RFC 1071, the slow way.
std::uint16_t slow_checksum(ByteView bytes, std::uint32_t start = 0);
std::uint32_t pseudo_header_sum(const Endpoint& from, const Endpoint& to, std::size_t length,
                                std::uint8_t protocol);

struct IpOptions {
  std::uint8_t ecn = 0;
  std::uint8_t ttl = 64;
  bool dont_fragment = false;
};
Packet ip_packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol,
                 ByteView payload, const IpOptions& options = {});
/// UDP with a right checksum in IPv4 or IPv6.
Packet udp_packet(const Endpoint& from, const Endpoint& to, ByteView payload,
                  const IpOptions& options = {});
Packet echo_request(const IpAddress& from, const IpAddress& to, std::size_t size);
/// `packet` behind an Ethernet header of the type that its version says.
Packet frame_of(ByteView packet, const EtherAddress& from, const EtherAddress& to);
Packet arp_frame(std::uint16_t operation, const ArpPacket& packet, const EtherAddress& to);

/// The IP packet in a frame.
ByteView network_of(ByteView frame);
/// The UDP payload in a frame; checks every length and checksum on the way (by EXPECT).
Packet udp_payload_of(ByteView frame);
Endpoint udp_source_of(ByteView frame);
Endpoint udp_destination_of(ByteView frame);
std::uint8_t ecn_bits(ByteView packet);
bool has_right_ip_checksum(ByteView packet);

inline IpAddress address(const char* text) {
  return *parse_address(text);
}
inline Endpoint endpoint(const char* text) {
  return *parse_endpoint(text);
}
inline IpPrefix on_link(const char* text) {
  return *parse_prefix(text, true);
}

}  // namespace jvpn::test
