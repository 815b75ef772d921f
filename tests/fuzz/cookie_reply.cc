// SPDX-License-Identifier: Apache-2.0
// COOKIE: any bytes, and a genuine one with one bit changed.
#include "session/core/cookie.h"

#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark opened("opened");
Mark capped("a hint that was cut to its limit");
Mark refused("a changed one refused");

const CookieScope kScope{Tag(0x01020304050607), test::rising<16>(0x30), test::rising<32>(0x20)};

void read_as_it_is(ByteView input) {
  const std::optional<CookieReply> reply = read_cookie_reply(input, kScope);
  if (!opened.hit_if(reply.has_value())) return;
  ensure(reply->retry_after >= 0s && reply->retry_after <= kMaxRetryAfter, "a hint has its limit");
}

/// The input's bytes as the cookie, its time, and a bit to change.
void change_one_bit(ByteView input) {
  ByteReader in(input);
  const CookieReply sent{in.bytes<kMacSize>(),
                         std::chrono::milliseconds(in.number<std::uint16_t>())};
  auto datagram = write_cookie_reply(sent, kScope, test::rising<24>(1));
  const std::optional<CookieReply> reply = read_cookie_reply(datagram, kScope);
  ensure(reply && reply->cookie == sent.cookie, "what was written can be read");
  ensure(reply->retry_after == std::min<Duration>(sent.retry_after, kMaxRetryAfter),
         "the hint arrives, within its limit");
  capped.hit_if(sent.retry_after > kMaxRetryAfter);
  flip_one_bit(in, datagram);
  refused.hit_if(!read_cookie_reply(datagram, kScope));
  ensure(!read_cookie_reply(datagram, kScope), "no bit of a cookie can be changed");
}

}  // namespace

void one(ByteView input) {
  read_as_it_is(input);
  change_one_bit(input);
}

void seeds(const Keep& keep) {
  keep("cookie", write_cookie_reply({test::rising<16>(0xc0), 250ms}, kScope, test::rising<24>(1)));
  Bytes<20> plain = test::rising<20>(0xc0);
  plain[16] = 0xff;
  keep("long-hint", plain);
}

}  // namespace jvpn::fuzz
