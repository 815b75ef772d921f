// SPDX-License-Identifier: Apache-2.0
// The birth state that a client carries, with its key known.
#include "control/birth_state.h"

#include "tests/fuzz/fuzz.h"
#include "tests/session/core/hex.h"

namespace jvpn::fuzz {
namespace {

Mark opened("opened");
Mark refused("a changed one refused");
Mark strange("a suite that nobody has");

Key32 key() {
  Bytes<32> bytes = test::rising<32>(0x40);
  return Key32::take(bytes);
}

constexpr Bytes<11> kPurpose{'b', 'i', 'r', 't', 'h', ' ', 's', 't', 'a', 't', 'e'};

std::vector<std::uint8_t> seal(ByteView plain) {
  std::vector<std::uint8_t> sealed(kSealNonceSize + plain.size() + kSealTagSize);
  const SealNonce nonce = test::rising<24>(1);
  std::ranges::copy(nonce, sealed.begin());
  seal_control(key(), nonce, kPurpose, plain, ByteSpan(sealed).subspan(kSealNonceSize));
  return sealed;
}

BirthState sample() {
  BirthState birth;
  birth.number = 5;
  birth.session.bytes = test::rising<16>(0xd0);
  birth.peer = test::rising<32>(0x60);
  birth.client_tag = Tag(0x01020304050607);
  birth.source = {IpAddress::v4(0xc0000201), 4000};
  birth.expires_at = Instant{1'000'000'000};
  return birth;
}

}  // namespace

void one(ByteView input) {
  ensure(!open_birth_state(input, key()), "nobody else has the key");
  std::vector<std::uint8_t> sealed = seal(input);
  const std::optional<BirthState> birth = open_birth_state(sealed, key());
  if (!opened.hit_if(birth.has_value())) return;
  strange.hit_if(birth->suite != Suite::aes_256_gcm && birth->suite != Suite::chacha20_poly1305);
  expect_same(sealed, seal_birth_state(*birth, key(), test::rising<24>(1)),
              "what was opened seals to the same bytes");
  ByteReader in(input);
  flip_one_bit(in, sealed);
  ensure(!open_birth_state(sealed, key()), "no bit can be changed");
  refused.hit();
}

void seeds(const Keep& keep) {
  const std::vector<std::uint8_t> sealed = seal_birth_state(sample(), key(), test::rising<24>(1));
  std::vector<std::uint8_t> plain(sealed.size() - kSealNonceSize - kSealTagSize);
  ensure(open_control(key().view(), test::rising<24>(1), kPurpose,
                      ByteView(sealed).subspan(kSealNonceSize), plain),
         "it was just sealed");
  keep("birth", plain);
  keep("strange", std::vector<std::uint8_t>(plain.size(), 0xee));
}

}  // namespace jvpn::fuzz
