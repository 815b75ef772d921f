// SPDX-License-Identifier: Apache-2.0
#include "session/core/cookie.h"

#include <gtest/gtest.h>

#include "tests/session/core/samples.h"

namespace jvpn {
namespace {

using namespace test;

const CookieScope kScope{kTag, rising<16>(0x10), rising<32>(0x20)};
const CookieReply kReply{rising<16>(0xc0), 1500ms};

std::vector<std::uint8_t> written() {
  return write_cookie_reply(kReply, kScope, rising<24>(0x40));
}

TEST(CookieReply, HasTheBytesOfTheSpecification) {
  // By an independent implementation (wire_reference.py).
  EXPECT_EQ(hex(written()),
            "3001020304050607404142434445464748494a4b4c4d4e4f5051525354555657"
            "ca6e22b874c14deffb637e6027469203eae3abd424a334c162b9d673b993226d"
            "a72905ff");
  EXPECT_EQ(read_cookie_reply(written(), kScope), kReply);
}

TEST(CookieReply, AnswersOneInitOfOneGatewayOnly) {
  for (int change = 0; change < 3; ++change) {
    CookieScope other = kScope;
    if (change == 0) other.attempt = Tag(1);
    if (change == 1) other.mac1[0] ^= 1;
    if (change == 2) other.gateway[31] ^= 1;
    EXPECT_FALSE(read_cookie_reply(written(), other)) << change;
  }
}

TEST(CookieReply, NoFlippedBitAndNoOtherLengthIsRead) {
  const auto whole = written();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(read_cookie_reply(flipped, kScope)) << bit;
  }
  for (std::size_t size = 0; size < whole.size() + 9; ++size) {
    auto other = whole;
    other.resize(size);
    EXPECT_EQ(read_cookie_reply(other, kScope).has_value(), size == whole.size()) << size;
  }
}

TEST(CookieReply, NeverAsksForMoreThanFiveSecondsOfPatience) {
  const auto datagram =
      write_cookie_reply({kReply.cookie, std::chrono::hours(1)}, kScope, rising<24>(0x40));
  EXPECT_EQ(read_cookie_reply(datagram, kScope)->retry_after, 5s);
}

TEST(Mac2, IsKeyedByTheCookie) {
  const auto before = unhex("6265666f7265");  // "before"
  EXPECT_EQ(hex(mac2_of(kReply.cookie, before)), "fc50c8986ab44a7842a67926d6f57137");
}

}  // namespace
}  // namespace jvpn
