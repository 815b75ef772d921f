// SPDX-License-Identifier: Apache-2.0
#include "frames.h"

#include "base/checksum.h"
#include "base/ensure.h"
#include "dataplane/outer.h"

namespace jvpn::bench {

ByteSpan begin_frame(rte_mbuf* buffer, std::size_t size) {
  rte_pktmbuf_reset(buffer);
  char* const at = rte_pktmbuf_append(buffer, static_cast<std::uint16_t>(size));
  ensure(at != nullptr, "buffers are as large as the frames");
  return {reinterpret_cast<std::uint8_t*>(at), size};
}

void write_inner(std::uint8_t* at, std::uint32_t size, const IpAddress& from, const IpAddress& to) {
  Ipv4Header ip;
  ip.length = static_cast<std::uint16_t>(size);
  ip.protocol = kProtocolUdp;
  ip.source = from.v4_octets();
  ip.destination = to.v4_octets();
  Bytes<sizeof ip> bytes;
  store(bytes.data(), ip);
  ip.checksum = InternetSum().add(bytes).checksum();
  store(at, ip);
  std::memset(at + sizeof ip, 0x5a, size - sizeof ip);
}

/// What comes from the peer is what goes to it with the addresses exchanged.
void write_outer_from(const Endpoint& client, const Link& gateway, ByteSpan frame) {
  Link peer = gateway;
  peer.mac = kPeerMac;
  peer.address = {client.address, 32};
  peer.udp_port = client.port;
  finish_outer(frame, build_outer(peer, {gateway.address.address, gateway.udp_port}, 0),
               {gateway.mac, 0, 1});
}

std::uint8_t* write_from_server(rte_mbuf* buffer, const Link& gateway, const IpAddress& inner,
                                std::uint32_t size) {
  const ByteSpan frame = begin_frame(buffer, sizeof(EthernetHeader) + size);
  store(frame.data(), EthernetHeader{gateway.mac, kPeerMac, kEtherIpv4});
  std::uint8_t* const packet = frame.data() + sizeof(EthernetHeader);
  write_inner(packet, size, kServer, inner);
  return packet;
}

}  // namespace jvpn::bench
