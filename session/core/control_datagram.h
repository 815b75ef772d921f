// SPDX-License-Identifier: Apache-2.0
// A whole CONTROL or TICKETED datagram, sealed and opened: outer header (and ticket) as AAD,
// message inside.
#pragma once

#include <optional>
#include <vector>

#include "crypto/aead.h"
#include "session/core/keys.h"
#include "session/core/messages.h"

namespace jvpn {

/// How a message is wrapped. `size` pads the datagram (0: no padding), so that the answer to it can
/// be as long.
struct Envelope {
  Tag receiver;
  const Ticket* ticket = nullptr;  ///< null: CONTROL, else TICKETED
  std::size_t size = 0;
};

/// The UDP payload.
std::vector<std::uint8_t> seal_datagram(const Message& message, const Envelope& envelope,
                                        const Key32& key, const SealNonce& nonce);

/// Opens the seal only: the message's bytes as read_message() takes them, in `plain_out` (at least
/// datagram.size()). 0 when it does not open.
std::size_t open_datagram(ByteView datagram, std::span<const std::uint8_t, 32> key,
                          ByteSpan plain_out);
/// The same by a worker's own engine: faster, and no allocation. Not in place.
std::size_t open_datagram(AeadEngine& engine, ByteView datagram,
                          std::span<const std::uint8_t, 32> key, ByteSpan plain_out);

/// The ticket of a TICKETED datagram; nothing for any other. It has proven nothing.
std::optional<Ticket> ticket_in(ByteView datagram);

}  // namespace jvpn
