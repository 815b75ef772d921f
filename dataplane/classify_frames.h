// SPDX-License-Identifier: Apache-2.0
// What both kinds of port have in common when a burst is first looked at: Ethernet, ARP, and the
// next frames fetched ahead.
#pragma once

#include "dataplane/burst.h"
#include "dataplane/ethernet.h"
#include "dataplane/turn.h"

namespace jvpn {

/// `classify_ip(packet, i)`: verdict of an IPv4 or IPv6 packet, or undecided when it has a lane.
template <class ClassifyIp>
Verdict classify_frame(const Link& link, Burst& burst, std::size_t i, ClassifyIp&& classify_ip) {
  if (burst.frame[i]->nb_segs != 1) return Verdict::segmented;
  if (has_stripped_vlan(*burst.frame[i])) return Verdict::other_vlan;
  const NetworkPacket packet = strip_ethernet(link, frame_bytes(burst.frame[i]));
  if (packet.verdict != Verdict::undecided) return packet.verdict;
  if (packet.type != kEtherArp) return classify_ip(packet, i);
  if (packet.size < sizeof(ArpPacket)) return Verdict::frame_truncated;
  burst.lane[i] = Lane::arp;
  burst.payload[i] = packet.begin;
  burst.payload_size[i] = sizeof(ArpPacket);
  return Verdict::undecided;
}

/// A frame of the link's usual shape, in one piece.
inline bool is_usual(const FrameShape& shape, const rte_mbuf& frame) {
  if (frame.nb_segs != 1 || has_stripped_vlan(frame)) return false;
  const ByteSpan bytes = frame_bytes(&frame);
  return bytes.size() >= FrameShape::kSize && shape.fits(bytes.data());
}

/// `take_usual(frame, i)`: whether a frame of the usual shape (bytes) got its lane; what did not is
/// classified like any other.
template <class TakeUsual, class ClassifyIp>
void classify_frames(const Turn& turn, const Link& link, Burst& burst, TakeUsual&& take_usual,
                     ClassifyIp&& classify_ip) {
  const FrameShape& shape = turn.usual.shapes[link.index];
  constexpr std::size_t kMbufsAhead = Burst::kAhead, kBytesAhead = kMbufsAhead / 2;
  for (std::size_t i = 0; i < kMbufsAhead; ++i) prefetch_mbuf(burst.frame[i]);
  for (std::size_t i = 0; i < kBytesAhead; ++i) prefetch_bytes(burst.frame[i]);
  for (std::size_t i = 0; i < burst.size; ++i) {
    prefetch_mbuf(burst.frame[i + kMbufsAhead]);
    prefetch_bytes(burst.frame[i + kBytesAhead]);
    if (is_usual(shape, *burst.frame[i]) && take_usual(frame_bytes(burst.frame[i]), i)) continue;
    const Verdict verdict = classify_frame(link, burst, i, classify_ip);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
