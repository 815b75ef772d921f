// SPDX-License-Identifier: Apache-2.0
// Under which keys the ownership store holds what. Ids are lower-case hex, nodes two hex digits, so
// that a listing can be read.
//
//   s/<session id>   the session's record          p/<peer key>   which session the peer has
//   n/<node>         which life of the node counts r/<node>       that life's latest renewal
//   w/<session id>   another node wants to serve the session
#pragma once

#include <string_view>

#include "control/ownership_store.h"
#include "session/core/ids.h"

namespace jvpn {

inline constexpr std::string_view kSessionKeys = "s/";
inline constexpr std::string_view kWishKeys = "w/";

StoreKey session_key(const SessionId& id);
StoreKey peer_key(const PeerKey& peer);
StoreKey life_key(std::uint8_t node);
StoreKey renewal_key(std::uint8_t node);
StoreKey wish_key(const SessionId& id);

}  // namespace jvpn
