// SPDX-License-Identifier: Apache-2.0
// What comes out of a gateway's ports, as whoever plays the network sees it.
#pragma once

#include <optional>

#include "benchmarks/dataplane/frames.h"
#include "dataplane/neighbour_frames.h"

namespace jvpn::bench {

struct SeenDatagram {
  Endpoint to;
  ByteSpan payload;
};

/// The UDP datagram in a frame over IPv4 without options; nothing when there is none.
std::optional<SeenDatagram> read_datagram(ByteSpan frame);
/// The next hop's answer to a question for its address; nothing when the frame is none.
std::optional<NeighbourFrame> answer_as_next_hop(const Link& gateway, ByteView frame);

}  // namespace jvpn::bench
