// SPDX-License-Identifier: Apache-2.0
// A frame in its mbuf: one segment, always. DPDK's own calls walk the chain of segments, which
// costs the mbuf's second line for each packet; these touch the first only.
#pragma once

#include <rte_mbuf.h>

#include "base/bytes.h"

namespace jvpn {

/// The bytes of a frame: from the Ethernet header to the end of what the device delivered.
inline ByteSpan frame_bytes(const rte_mbuf* frame) {
  return {rte_pktmbuf_mtod(frame, std::uint8_t*), rte_pktmbuf_data_len(frame)};
}

/// From now on the frame is `size` bytes that begin at `begin`, somewhere in its buffer.
inline void set_frame(rte_mbuf* frame, const std::uint8_t* begin, std::size_t size) {
  frame->data_off = static_cast<std::uint16_t>(begin - static_cast<std::uint8_t*>(frame->buf_addr));
  frame->data_len = static_cast<std::uint16_t>(size);
  frame->pkt_len = static_cast<std::uint32_t>(size);
}

/// Whether the buffer has that much before and behind `inside`, a part of the frame.
inline bool has_room(const rte_mbuf* frame, ByteView inside, std::size_t before,
                     std::size_t behind) {
  const auto* const buffer = static_cast<const std::uint8_t*>(frame->buf_addr);
  const auto start = static_cast<std::size_t>(inside.data() - buffer);
  return start >= before && start + inside.size() + behind <= frame->buf_len;
}

/// Brings near what the first look at a frame reads: first its mbuf, and a while later its bytes,
/// of which headers need the first line only. The second, fetched too, came no sooner for the
/// cipher, and kept others' first lines waiting.
inline void prefetch_mbuf(const rte_mbuf* frame) {
  rte_prefetch0(frame);
}
inline void prefetch_bytes(const rte_mbuf* frame) {
  rte_prefetch0(rte_pktmbuf_mtod(frame, const std::uint8_t*));
}

}  // namespace jvpn
