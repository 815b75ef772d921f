// SPDX-License-Identifier: Apache-2.0
// The memory of held packets: control's part, before the first packet and after the last.
#include <rte_errno.h>

#include <numeric>

#include "dataplane/hold_buffers.h"
#include "session/core/limits.h"

namespace jvpn {

Result<std::unique_ptr<HoldBuffers>> HoldBuffers::create(const std::string& name,
                                                         std::uint32_t packets, std::uint16_t room,
                                                         int socket) {
  constexpr auto kPrivate = static_cast<std::uint16_t>(RTE_ALIGN(sizeof(HeldPacket),  //
                                                                 RTE_MBUF_PRIV_ALIGN));
  rte_mempool* pool =
      rte_pktmbuf_pool_create(name.c_str(), packets, 0, kPrivate,
                              static_cast<std::uint16_t>(room + RTE_PKTMBUF_HEADROOM), socket);
  if (pool == nullptr) {
    return fail("no memory for " + std::to_string(packets) + " held packets of " +
                std::to_string(room) + " B: " + rte_strerror(rte_errno));
  }
  return std::unique_ptr<HoldBuffers>(new HoldBuffers(pool, packets, room));
}

HoldBuffers::HoldBuffers(rte_mempool* pool, std::uint32_t packets, std::uint16_t room)
    : pool_(pool),
      capacity_(packets),
      room_(room),
      holders_(packets + 2),
      live_(packets + 1),
      by_size_(kMaxHoldPackets + 2) {
  std::iota(live_.begin(), live_.end(), 1u);
}

HoldBuffers::~HoldBuffers() {
  rte_mempool_free(pool_);
}

}  // namespace jvpn
