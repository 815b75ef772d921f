// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_mbuf.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"

namespace jvpn::test {

/// A packet buffer around a copy of a frame whose memory ends `room` bytes behind it, so that the
/// address sanitizer sees every step beyond; it does not look into DPDK's own memory.
struct ExactBuffer {
  explicit ExactBuffer(ByteView frame, std::size_t room = 0)
      : memory(new std::uint8_t[RTE_PKTMBUF_HEADROOM + frame.size() + room]) {
    std::ranges::copy(frame, memory.get() + RTE_PKTMBUF_HEADROOM);
    buffer.buf_addr = memory.get();
    buffer.buf_len = static_cast<std::uint16_t>(RTE_PKTMBUF_HEADROOM + frame.size() + room);
    buffer.data_off = RTE_PKTMBUF_HEADROOM;
    buffer.data_len = static_cast<std::uint16_t>(frame.size());
    buffer.pkt_len = buffer.data_len;
    buffer.nb_segs = 1;
    rte_mbuf_refcnt_set(&buffer, 1);
  }
  std::unique_ptr<std::uint8_t[]> memory;
  rte_mbuf buffer{};
};

}  // namespace jvpn::test
