// SPDX-License-Identifier: Apache-2.0
// A whole CONTROL datagram, sealed and opened: outer header as AAD, message inside.
#pragma once

#include <optional>
#include <vector>

#include "session/core/keys.h"
#include "session/core/messages.h"

namespace jvpn {

/// The UDP payload. `datagram_size` pads it (0: no padding), so that the answer to it can be as
/// long.
std::vector<std::uint8_t> seal_datagram(const Message& message, Tag receiver, const Key32& key,
                                        const SealNonce& nonce, std::size_t datagram_size = 0);

/// Opens the seal only: the message's bytes as read_message() takes them, in `plain_out` (at least
/// datagram.size()). 0 when it does not open. Callable by workers: no allocation.
std::size_t open_datagram(ByteView datagram, std::span<const std::uint8_t, 32> key,
                          ByteSpan plain_out);

}  // namespace jvpn
