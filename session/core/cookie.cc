// SPDX-License-Identifier: Apache-2.0
#include "session/core/cookie.h"

#include <algorithm>

#include "base/ensure.h"
#include "session/core/wire_fields.h"

namespace jvpn {
namespace {

constexpr std::size_t kPlainSize = kMacSize + 4;

Key32 key_of(const PublicKey& gateway) {
  constexpr std::string_view kLabel = "jvpn1 cookie";
  Bytes<kLabel.size() + std::tuple_size_v<PublicKey>> labelled{};
  std::memcpy(labelled.data(), kLabel.data(), kLabel.size());
  std::memcpy(labelled.data() + kLabel.size(), gateway.data(), gateway.size());
  Bytes<32> key = hash(labelled);
  return Key32::take(key);
}

}  // namespace

std::vector<std::uint8_t> write_cookie_reply(const CookieReply& reply, const CookieScope& scope,
                                             const SealNonce& nonce) {
  std::vector<std::uint8_t> datagram(kCookieReplySize);
  store(datagram.data(),
        ControlHeader{WirePrefix::make(WireType::cookie_reply, scope.attempt), nonce});
  const ByteSpan body = ByteSpan(datagram).subspan(sizeof(ControlHeader));
  FieldWriter field(body.first(kPlainSize));
  field(reply.cookie, std::min<Duration>(reply.retry_after, kMaxRetryAfter));
  ensure(field.cursor().size() == kPlainSize, "a cookie and a time");
  seal_control(key_of(scope.gateway), nonce, scope.mac1, body.first(kPlainSize), body);
  return datagram;
}

std::optional<CookieReply> read_cookie_reply(ByteView datagram, const CookieScope& scope) {
  if (datagram.size() != kCookieReplySize) return std::nullopt;
  const auto header = load<ControlHeader>(datagram.data());
  const bool ours = header.prefix.type() == static_cast<std::uint8_t>(WireType::cookie_reply) &&
                    header.prefix.low() == 0 && Tag::from_wire(header.prefix.tag) == scope.attempt;
  if (!ours) return std::nullopt;
  Bytes<kPlainSize> plain{};
  const ByteView sealed = datagram.subspan(sizeof(ControlHeader));
  if (!open_control(key_of(scope.gateway).view(), header.nonce, scope.mac1, sealed, plain)) {
    return std::nullopt;
  }
  CookieReply reply;
  FieldReader field(plain);
  field(reply.cookie, reply.retry_after);
  reply.retry_after = std::min<Duration>(reply.retry_after, kMaxRetryAfter);
  return reply;
}

Mac mac2_of(const Mac& cookie, ByteView before_mac2) {
  return mac(cookie, before_mac2);
}

}  // namespace jvpn
