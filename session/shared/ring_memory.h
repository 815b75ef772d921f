// SPDX-License-Identifier: Apache-2.0
// An rte_ring of pointers, single producer and single consumer, in the caller's memory.
#pragma once

#include <rte_ring.h>

#include "base/ensure.h"
#include "session/shared/arena.h"

namespace jvpn {

/// Room for a ring of exactly `elements`; start_ring() makes it one.
inline rte_ring* take_ring(Arena& arena, std::uint32_t elements) {
  // An exact ring of n is laid out as one of the next power of two above n.
  const ssize_t bytes = rte_ring_get_memsize(rte_align32pow2(elements + 1));
  ensure(bytes > 0, "element counts are within what rte_ring can hold");
  return reinterpret_cast<rte_ring*>(arena.take_bytes(static_cast<std::size_t>(bytes)));
}

/// False: rte_ring refused.
inline bool start_ring(rte_ring* ring, const char* name, std::uint32_t elements) {
  constexpr unsigned kFlags = RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ;
  return rte_ring_init(ring, name, elements, kFlags) == 0;
}

}  // namespace jvpn
