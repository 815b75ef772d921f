// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mbuf.h>

#include "dataplane/link.h"
#include "dataplane/verdict.h"

namespace jvpn {

/// What an Ethernet frame carries, or why it is none of ours (`verdict` other than undecided).
struct NetworkPacket {
  Verdict verdict = Verdict::undecided;
  std::uint16_t type = 0;  ///< kEtherIpv4, kEtherIpv6 or kEtherArp
  std::uint8_t* begin = nullptr;
  std::size_t size = 0;  ///< to the end of the frame, padding included

  ByteSpan bytes() const { return {begin, size}; }
};

/// Devices may take the tag off (af_packet's kernel does): then it stands beside the frame.
inline bool has_stripped_vlan(const rte_mbuf& frame) {
  return (frame.ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) != 0 && (frame.vlan_tci & 0xfff) != 0;
}

/// Destination, VLAN (untagged or priority-tagged only) and type. Any frame, also an empty one.
inline NetworkPacket strip_ethernet(const Link& link, ByteSpan frame) {
  const auto dropped = [](Verdict why) { return NetworkPacket{why, 0, nullptr, 0}; };
  if (frame.size() < sizeof(EthernetHeader)) return dropped(Verdict::frame_truncated);
  const std::uint8_t* const destination = frame.data() + offsetof(EthernetHeader, destination);
  if (!is_same_mac(destination, link.mac) && !is_group(destination)) {
    return dropped(Verdict::other_mac);
  }
  std::size_t at = sizeof(EthernetHeader);
  std::uint16_t type =
      load<BigEndian<std::uint16_t>>(frame.data() + offsetof(EthernetHeader, type));
  if (type == kEtherVlan) {
    if (frame.size() < at + sizeof(VlanTag)) return dropped(Verdict::frame_truncated);
    const auto vlan = load<VlanTag>(frame.data() + at);
    if (vlan.id() != 0) return dropped(Verdict::other_vlan);
    type = vlan.type.value();
    at += sizeof(VlanTag);
  }
  if (type != kEtherIpv4 && type != kEtherIpv6 && type != kEtherArp) {
    return dropped(Verdict::not_ip);
  }
  return {Verdict::undecided, type, frame.data() + at, frame.size() - at};
}

}  // namespace jvpn
