// SPDX-License-Identifier: Apache-2.0
// Proof of address for a loaded gateway, before it does any arithmetic of curves: it answers an
// INIT by a cookie, sealed so that only who saw that INIT and knows the gateway's key can read it,
// and the client sends the same INIT again with a mac2 made of it. A cookie changes nothing but
// mac2.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "crypto/kdf.h"
#include "crypto/sealing.h"
#include "crypto/x25519.h"
#include "session/core/wire.h"

namespace jvpn {

struct CookieReply {
  Mac cookie{};
  Duration retry_after{};  ///< a hint: the INIT again, but not before; at most 5 s
  bool operator==(const CookieReply&) const = default;
};

inline constexpr std::size_t kCookieReplySize = sizeof(ControlHeader) + kMacSize + 4 + kSealTagSize;
inline constexpr Duration kMaxRetryAfter = 5s;

/// What a COOKIE answers, and who answers.
struct CookieScope {
  Tag attempt;  ///< of the INIT
  Mac mac1{};   ///< of the INIT
  PublicKey gateway{};
};
std::vector<std::uint8_t> write_cookie_reply(const CookieReply& reply, const CookieScope& scope,
                                             const SealNonce& nonce);
/// Nothing unless it answers exactly that INIT.
std::optional<CookieReply> read_cookie_reply(ByteView datagram, const CookieScope& scope);

/// The last field of INIT, over everything before it.
Mac mac2_of(const Mac& cookie, ByteView before_mac2);

}  // namespace jvpn
