// SPDX-License-Identifier: Apache-2.0
#include "session/core/inner.h"

#include <gtest/gtest.h>

#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

using test::unhex;

/// 10.77.0.5 -> 192.0.2.1, 24 bytes in all.
const std::vector<std::uint8_t> kV4 =
    unhex("45000018 00004000 40110000 0a4d0005 c0000201 aabbccdd");
/// fd77::5 -> 2001:db8::1, four bytes of payload.
const std::vector<std::uint8_t> kV6 = unhex(
    "60000000 0004 11 40"
    "fd770000000000000000000000000005 20010db8000000000000000000000001 aabbccdd");

TEST(Inner, ReadsLengthAndAddressesOfIpv4) {
  const auto packet = parse_inner(kV4);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->length, 24);
  EXPECT_EQ(to_string(packet->source), "10.77.0.5");
  EXPECT_EQ(to_string(packet->destination), "192.0.2.1");
}

TEST(Inner, ReadsLengthAndAddressesOfIpv6) {
  const auto packet = parse_inner(kV6);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->length, 44);
  EXPECT_EQ(to_string(packet->source), "fd77::5");
  EXPECT_EQ(to_string(packet->destination), "2001:db8::1");
}

TEST(Inner, RefusesEveryTruncationAndTakesPaddingBehindTheStatedLength) {
  for (const auto& whole : {kV4, kV6}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(parse_inner(ByteView(whole).first(size))) << size;
    }
    auto padded = whole;
    padded.resize(whole.size() + 7);
    ASSERT_TRUE(parse_inner(padded));
    EXPECT_EQ(parse_inner(padded)->length, whole.size());
  }
}

TEST(Inner, RefusesEveryVersionButFourAndSix) {
  for (unsigned version = 0; version < 16; ++version) {
    if (version == 4 || version == 6) continue;
    for (auto packet : {kV4, kV6}) {
      packet[0] = static_cast<std::uint8_t>(version << 4 | (packet[0] & 0xf));
      EXPECT_FALSE(parse_inner(packet)) << version;
    }
  }
}

TEST(Inner, RefusesAHeaderLengthThatIsTooShortOrLongerThanThePacket) {
  for (unsigned ihl = 0; ihl < 16; ++ihl) {
    auto packet = kV4;
    packet[0] = static_cast<std::uint8_t>(0x40 | ihl);
    EXPECT_EQ(parse_inner(packet).has_value(), ihl == 5 || ihl == 6) << ihl;
  }
}

TEST(Inner, RefusesAStatedLengthShorterThanTheHeaderOrLongerThanTheBytes) {
  for (unsigned length = 0; length < 64; ++length) {
    auto packet = kV4;
    packet[3] = static_cast<std::uint8_t>(length);
    EXPECT_EQ(parse_inner(packet).has_value(), length >= 20 && length <= 24) << length;
  }
}

TEST(Inner, Ipv6ThatWouldNotFitIntoSixteenBitsIsRefused) {
  auto packet = kV6;
  packet.resize(40 + 65535);
  packet[4] = packet[5] = 0xff;
  EXPECT_FALSE(parse_inner(packet));
  packet[5] = 0xd7;  // 65 495 + 40 = 65 535
  ASSERT_TRUE(parse_inner(packet));
  EXPECT_EQ(parse_inner(packet)->length, 65535);
}

TEST(Inner, Ipv6WithIpv4MappedAddressesCannotPassForIpv4) {
  const auto mapped = unhex("00000000000000000000ffff0a4d0005");
  for (std::size_t at : {8u, 24u}) {
    auto packet = kV6;
    std::copy(mapped.begin(), mapped.end(), packet.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(parse_inner(packet));
  }
}

}  // namespace
}  // namespace jvpn
