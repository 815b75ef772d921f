// SPDX-License-Identifier: Apache-2.0
#include "wire.h"

#include "dataplane/outer.h"

namespace jvpn::bench {
namespace {

std::uint16_t type_of(ByteView frame) {
  return load<EthernetHeader>(frame.data()).type.value();
}

}  // namespace

std::optional<SeenDatagram> read_datagram(ByteSpan frame) {
  if (frame.size() < kOuterSizeV4 || type_of(frame) != kEtherIpv4) return std::nullopt;
  const auto ip = load<Ipv4Header>(frame.data() + sizeof(EthernetHeader));
  const auto udp = load<UdpHeader>(frame.data() + sizeof(EthernetHeader) + sizeof ip);
  if (ip.protocol != kProtocolUdp) return std::nullopt;
  return SeenDatagram{{IpAddress::v4(ip.destination), udp.destination.value()},
                      frame.subspan(kOuterSizeV4)};
}

std::optional<NeighbourFrame> answer_as_next_hop(const Link& gateway, ByteView frame) {
  if (frame.size() < kArpFrameSize || type_of(frame) != kEtherArp) return std::nullopt;
  const auto arp = load<ArpPacket>(frame.data() + sizeof(EthernetHeader));
  if (arp.operation.value() != ArpPacket::kRequest) return std::nullopt;
  if (IpAddress::v4(arp.target) != gateway.next_hop) return std::nullopt;
  Link hop = gateway;
  hop.mac = kPeerMac;
  hop.address = {gateway.next_hop, 32};
  return write_arp_answer(hop, arp);
}

}  // namespace jvpn::bench
