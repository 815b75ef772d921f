// SPDX-License-Identifier: Apache-2.0
// Packets on their way through the agent: memory is the caller's, work is in place, nothing is
// copied.
#pragma once

#include "client/route.h"
#include "session/core/wire.h"

namespace jvpn::client {

/// Packets that the agent takes at once.
inline constexpr std::size_t kPacketBurst = 64;

/// An inner packet from the tunnel. The caller leaves room before it for the header and behind it
/// for the tag, so that it becomes the datagram where it lies:
///
///   | room for DataHeader 16 | inner packet | room for the tag 16 |
///   ^ begin                  ^ begin + 16
struct OutgoingPacket {
  static constexpr std::size_t kHeadroom = sizeof(DataHeader);
  std::uint8_t* begin = nullptr;
  std::uint32_t inner_size = 0;
  std::uint32_t wire_size = 0;  ///< out: bytes to send from `begin`; 0: dropped and counted
};

/// A datagram from the network. DATA is opened where it lies.
struct ReceivedDatagram {
  Route came_by;  ///< path and local address it came to, endpoint it came from
  ByteSpan payload;
};

/// Inner packets for the tunnel, pointing into the datagrams that they came in.
struct Delivery {
  std::array<ByteView, kPacketBurst> packets;
  std::size_t count = 0;
};

}  // namespace jvpn::client
