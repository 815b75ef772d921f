// SPDX-License-Identifier: Apache-2.0
// The cache lines of a ring that its other side has touched, asked for before they are wanted.
#pragma once

#include <rte_ring.h>

#include "base/prefetch.h"

namespace jvpn {

/// Where the element with that number lies: rte_ring.h has the elements right behind the ring.
inline void** place_in(rte_ring& ring, std::uint32_t number) {
  return reinterpret_cast<void**>(&ring + 1) + (number & ring.mask);
}

/// The only producer: an enqueue comes soon. It asks how far the consumer is, and writes an element
/// and how far the producer is, which the consumer has read.
inline void expect_enqueue(rte_ring& ring) {
  prefetch(&ring.cons);
  prefetch_to_write(&ring.prod);
  prefetch_to_write(place_in(ring, ring.prod.head));
}

/// The only consumer: a dequeue comes soon.
inline void expect_dequeue(rte_ring& ring) {
  prefetch(&ring.prod);
  prefetch(place_in(ring, ring.cons.head));
}

}  // namespace jvpn
