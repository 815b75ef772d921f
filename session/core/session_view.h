// SPDX-License-Identifier: Apache-2.0
// What a worker must know of a session's state: decided by control, published as part of a
// snapshot.
#pragma once

#include "base/time.h"
#include "crypto/aead.h"
#include "session/core/address.h"
#include "session/core/ids.h"
#include "session/core/state.h"
#include "session/core/tag.h"

namespace jvpn {

/// 128 bytes: the first 64 are what each data packet needs to know.
struct alignas(64) SessionView {
  StateVersion bound_version;  ///< version at which the current binding was committed
  Tag client_tag;              ///< receiver tag of packets towards the client
  KeyEpoch key_epoch;  ///< control lets this one seal; a worker goes ahead of it on its own when it
                       ///< has opened something under the next
  State state = State::terminated;
  Suite suite = Suite::aes_256_gcm;
  std::uint8_t underlay = 0;           ///< index of the underlay port that the binding uses
  std::uint8_t heartbeat_stretch = 1;  ///< told in heartbeat replies
  Endpoint bound;  ///< the only place data goes to and, save draining, comes from; may be unset
  std::uint16_t tunnel_mtu = 0;
  std::uint16_t replay_window = 0;
  std::uint16_t hold_packets = 0;  ///< that may wait while there is no binding; 0: none
  IpAddress inner_v4;              ///< the session's own addresses; unset: none

  IpAddress inner_v6;
  StateVersion version;
  Endpoint draining;  ///< the retired path: authentic in-window uplink is still accepted
  Instant drain_until{0};
  std::uint16_t hold_ms = 0;  ///< how long each may wait

  bool has_binding() const { return !bound.is_unset(); }
};

static_assert(sizeof(SessionView) == 128 && offsetof(SessionView, inner_v6) == 64);

/// Where an authentic packet came from, as far as the binding is concerned.
enum class SourceRole : std::uint8_t { bound, draining, unbound };
inline SourceRole role_of(const SessionView& view, const Endpoint& source, Instant now) {
  if (view.has_binding() && source == view.bound) return SourceRole::bound;
  if (!view.draining.is_unset() && source == view.draining && now < view.drain_until) {
    return SourceRole::draining;
  }
  return SourceRole::unbound;
}

}  // namespace jvpn
