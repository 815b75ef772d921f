// SPDX-License-Identifier: Apache-2.0
#include "control/path_token.h"

#include <algorithm>

#include "base/cursor.h"
#include "crypto/short_hash.h"

namespace jvpn {
namespace {

Mac proof_of(const Key32& key, const TokenScope& scope, const PathToken& token) {
  Bytes<64> bytes{};
  ByteWriter writer(bytes);
  writer.number(static_cast<std::uint8_t>(scope.purpose))
      .bytes(scope.session.bytes)
      .number(scope.owner_epoch.value)
      .number(token.number)
      .bytes(scope.source.address.bytes)
      .number(scope.source.port)
      .number(token.issued_ms);
  return short_mac(key, writer.written());
}

}  // namespace

std::uint64_t token_clock_ms(Instant now) {
  return static_cast<std::uint64_t>(now.ns / 1'000'000);
}

Instant issued_at(const PathToken& token) {
  return Instant{static_cast<std::int64_t>(token.issued_ms) * 1'000'000};
}

PathToken make_path_token(const Key32& key, const TokenScope& scope, MessageNumber number,
                          Instant now) {
  PathToken token{token_clock_ms(now), number.value, {}};
  token.proof = proof_of(key, scope, token);
  return token;
}

bool path_token_holds(const RotatingKey& keys, const TokenScope& scope, const PathToken& token,
                      Duration max_age, Instant now) {
  const std::uint64_t now_ms = token_clock_ms(now);
  if (token.issued_ms > now_ms) return false;
  if (now_ms - token.issued_ms > static_cast<std::uint64_t>(to_ms(max_age))) return false;
  return std::ranges::any_of(keys.keys(), [&](const Key32* key) {
    return mac_equals(proof_of(*key, scope, token), token.proof);
  });
}

}  // namespace jvpn
