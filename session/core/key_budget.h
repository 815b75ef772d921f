// SPDX-License-Identifier: Apache-2.0
// What a packet costs of its key's budget (limits.h), and what a suite's key may suffer.
#pragma once

#include "crypto/aead.h"
#include "session/core/limits.h"
#include "session/core/wire.h"

namespace jvpn {

/// Blocks of 16 bytes that the cipher sees of a data packet with `inner` bytes inside: the packet,
/// its header as additional data, and the lengths.
constexpr std::uint64_t blocks_of(std::size_t inner) {
  static_assert(sizeof(DataHeader) == 16);
  return 2 + (inner + 15) / 16;
}

/// Failed opens under one key after which it opens nothing more.
constexpr std::uint64_t failed_opens_limit(Suite suite) {
  return suite == Suite::chacha20_poly1305 ? kChachaFailedOpensLimit : kGcmFailedOpensLimit;
}

/// Failed opens under one key that force a rekey.
constexpr std::uint64_t failed_opens_rekey(Suite suite) {
  return suite == Suite::chacha20_poly1305 ? kChachaFailedOpensRekey : kGcmFailedOpensRekey;
}

}  // namespace jvpn
