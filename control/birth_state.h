// SPDX-License-Identifier: Apache-2.0
// Everything the gateway must know of a BIRTH, sealed under a key of this node and carried by the
// client from ACK to CONFIRM, so that the gateway keeps nothing for it.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "crypto/random.h"
#include "crypto/sealing.h"
#include "session/core/address.h"
#include "session/core/ids.h"
#include "session/core/keys.h"
#include "session/core/tag.h"

namespace jvpn {

struct BirthState {
  std::uint64_t number = 0;  ///< births of this node in order of their ACKs
  SessionId session;
  PeerKey peer{};
  Tag client_tag;
  Suite suite = Suite::aes_256_gcm;
  std::uint32_t wanted_heartbeat_ms = 0;
  Endpoint source;  ///< where the ACK went
  std::uint8_t underlay = 0;
  Instant expires_at{0};
  SessionRoots roots;
};

std::vector<std::uint8_t> seal_birth_state(const BirthState& birth, const Key32& key,
                                           const SealNonce& nonce);
/// Nothing when it was not sealed under this key.
std::optional<BirthState> open_birth_state(ByteView sealed, const Key32& key);

}  // namespace jvpn
