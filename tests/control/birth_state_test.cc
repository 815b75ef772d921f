// SPDX-License-Identifier: Apache-2.0
#include "control/birth_state.h"

#include <gtest/gtest.h>

#include "tests/control/gateway_fixture.h"

namespace jvpn::test {
namespace {

TEST(BirthState, ComesBackAsItWasAndNotWhenAltered) {
  BirthState birth;
  birth.number = 3;
  birth.session.bytes[0] = 9;
  birth.client_tag = Tag(0x123456);
  birth.suite = Suite::chacha20_poly1305;
  birth.source = endpoint("[2001:db8::1]:77");
  birth.underlay = 1;
  birth.expires_at = Instant{42};
  birth.roots = {key_of(1), key_of(2)};
  const auto sealed = seal_birth_state(birth, key_of(3), SealNonce{});
  const auto back = open_birth_state(sealed, key_of(3));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->number, birth.number);
  EXPECT_EQ(back->session, birth.session);
  EXPECT_EQ(back->client_tag, birth.client_tag);
  EXPECT_EQ(back->suite, birth.suite);
  EXPECT_EQ(back->source, birth.source);
  EXPECT_EQ(back->underlay, birth.underlay);
  EXPECT_EQ(back->expires_at, birth.expires_at);
  EXPECT_TRUE(back->roots.traffic.equals(birth.roots.traffic));
  EXPECT_TRUE(back->roots.resume.equals(birth.roots.resume));
  EXPECT_FALSE(open_birth_state(sealed, key_of(4)).has_value());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    auto bad = sealed;
    bad[at] ^= 1;
    EXPECT_FALSE(open_birth_state(bad, key_of(3)).has_value());
    EXPECT_FALSE(open_birth_state(ByteView(sealed).first(at), key_of(3)).has_value());
  }
}

}  // namespace
}  // namespace jvpn::test
