// SPDX-License-Identifier: Apache-2.0
// The frames that generators of traffic write: what ports of a gateway would receive.
#pragma once

#include <rte_mbuf.h>

#include "dataplane/link.h"

namespace jvpn::bench {

/// The neighbour on every link of a benchmark.
inline constexpr EtherAddress kPeerMac{2, 0, 0, 0, 0, 9};
/// Whom clients talk to.
inline const IpAddress kServer = IpAddress::v4(0xc0000250u);

/// An empty frame of `size` bytes in a buffer that has room for them.
ByteSpan begin_frame(rte_mbuf* buffer, std::size_t size);
/// An inner UDP packet of `size` bytes.
void write_inner(std::uint8_t* at, std::uint32_t size, const IpAddress& from, const IpAddress& to);
/// The outer headers of a datagram that `client` sent to `gateway`, an underlay; the payload, which
/// ends the frame, is there or comes later.
void write_outer_from(const Endpoint& client, const Link& gateway, ByteSpan frame);
/// A frame that the server sent to `inner`, by the plaintext port `gateway`. Returns its packet.
std::uint8_t* write_from_server(rte_mbuf* buffer, const Link& gateway, const IpAddress& inner,
                                std::uint32_t size);

}  // namespace jvpn::bench
