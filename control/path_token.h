// SPDX-License-Identifier: Apache-2.0
// Path tokens: a MAC of this node over what it asked, where it sent the question and when, so that
// no pending state is kept. docs/PROTOCOL.md, "Path tokens".
#pragma once

#include "control/rotating_key.h"
#include "session/core/address.h"
#include "session/core/messages.h"

namespace jvpn {

/// What was asked. A token made for one purpose holds for no other.
enum class TokenPurpose : std::uint8_t {
  reattach = 1,    ///< CHALLENGE
  notice = 2,      ///< UNBOUND_NOTICE
  probe = 3,       ///< PATH_CHALLENGE that answers a PROBE
  bound_path = 4,  ///< PATH_CHALLENGE that nobody asked for
};

/// What a token is for, and whom.
struct TokenScope {
  TokenPurpose purpose = TokenPurpose::reattach;
  SessionId session;
  OwnerEpoch owner_epoch;
  Endpoint source;
};

std::uint64_t token_clock_ms(Instant now);
Instant issued_at(const PathToken& token);

PathToken make_path_token(const Key32& key, const TokenScope& scope, MessageNumber number,
                          Instant now);

/// Was this token made by one of `keys` for exactly this scope, at most `max_age` ago?
bool path_token_holds(const RotatingKey& keys, const TokenScope& scope, const PathToken& token,
                      Duration max_age, Instant now);

}  // namespace jvpn
