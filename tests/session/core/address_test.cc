// SPDX-License-Identifier: Apache-2.0
#include "session/core/address.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

TEST(Address, Ipv4IsHeldInTheMappedForm) {
  const auto address = parse_address("192.0.2.1");
  ASSERT_TRUE(address);
  EXPECT_EQ(test::hex(address->bytes), "00000000000000000000ffffc0000201");
  EXPECT_TRUE(address->is_v4());
  EXPECT_EQ(*address, IpAddress::v4(0xc0000201));
  EXPECT_EQ(address->v4_octets(), (Bytes<4>{192, 0, 2, 1}));
}

TEST(Address, PrintsWhatItParses) {
  for (const char* text : {"0.0.0.0", "255.255.255.255", "10.0.0.1", "::", "::1", "2001:db8::1",
                           "fe80::1:2:3:4", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
  EXPECT_EQ(to_string(*parse_address("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(to_string(*parse_address("2001:DB8:0:0::1")), "2001:db8::1");
}

TEST(Address, RefusesEverythingThatIsNoNumericAddress) {
  const std::string with_nul("1.2.3.4\0x", 9);
  for (std::string_view text :
       {std::string_view(""), std::string_view("localhost"), std::string_view("1.2.3"),
        std::string_view("1.2.3.4.5"), std::string_view("1.2.3.256"), std::string_view("01.2.3.4"),
        std::string_view(" 1.2.3.4"), std::string_view("1.2.3.4 "), std::string_view(":::"),
        std::string_view("2001:db8::1%eth0"), std::string_view("[::1]"),
        std::string_view("1::2::3"), std::string_view("10.0.0.0/8"), std::string_view(with_nul),
        std::string_view("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(Address, AnyAddressAndEndpointSurvivesText) {
  EXPECT_TRUE(rc::check([] {
    IpAddress address;
    for (auto& byte : address.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
    if (*rc::gen::arbitrary<bool>()) {
      address = IpAddress::v4(*rc::gen::arbitrary<std::uint32_t>());
    }
    RC_ASSERT(parse_address(to_string(address)) == address);
    const Endpoint endpoint{address, *rc::gen::arbitrary<std::uint16_t>()};
    RC_ASSERT(parse_endpoint(to_string(endpoint)) == endpoint);
  }));
}

TEST(Endpoint, ParsesAndPrintsBothFamilies) {
  EXPECT_EQ(to_string(*parse_endpoint("192.0.2.1:51820")), "192.0.2.1:51820");
  EXPECT_EQ(to_string(*parse_endpoint("[2001:db8::1]:65535")), "[2001:db8::1]:65535");
  EXPECT_EQ(parse_endpoint("0.0.0.0:0")->port, 0);
  EXPECT_EQ(to_string(*parse_endpoint("[::ffff:192.0.2.1]:80")), "192.0.2.1:80");
}

TEST(Endpoint, RefusesMissingOrMalformedParts) {
  for (const char* text :
       {"", ":", "192.0.2.1", "192.0.2.1:", ":51820", "192.0.2.1:65536", "192.0.2.1:-1",
        "192.0.2.1:+1", "192.0.2.1:080", "192.0.2.1:8o", "192.0.2.1: 80", "[192.0.2.1]:80",
        "2001:db8::1:80", "[2001:db8::1]", "[2001:db8::1]80", "[]:80", "[:80", "host:80"}) {
    EXPECT_FALSE(parse_endpoint(text)) << text;
  }
}

TEST(Prefix, ParsesAndPrints) {
  EXPECT_EQ(to_string(*parse_prefix("10.77.0.0/16")), "10.77.0.0/16");
  EXPECT_EQ(to_string(*parse_prefix("192.0.2.1")), "192.0.2.1/32");
  EXPECT_EQ(to_string(*parse_prefix("2001:db8::1")), "2001:db8::1/128");
  EXPECT_EQ(to_string(*parse_prefix("0.0.0.0/0")), "0.0.0.0/0");
  EXPECT_EQ(to_string(*parse_prefix("::/0")), "::/0");
  EXPECT_EQ(parse_prefix("10.0.0.0/8")->mapped_length(), 104u);
  EXPECT_EQ(parse_prefix("fd00::/8")->mapped_length(), 8u);
}

TEST(Prefix, HostBitsNeedPermission) {
  for (const char* text : {"192.0.2.1/24", "10.0.0.0/6", "2001:db8::1/64", "8000::/0"}) {
    EXPECT_FALSE(parse_prefix(text)) << text;
    ASSERT_TRUE(parse_prefix(text, true)) << text;
    EXPECT_EQ(to_string(*parse_prefix(text, true)), text);
  }
}

TEST(Prefix, RefusesMalformedLengthsAndMappedText) {
  for (const char* text :
       {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/8 ",
        "fd00::/129", "/8", "", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0/8", "::ffff:0:0/96"}) {
    EXPECT_FALSE(parse_prefix(text, true)) << text;
  }
}

TEST(Prefix, ContainsItsBlockAndNothingElse) {
  const auto holds = [](const char* prefix, const char* address) {
    return parse_prefix(prefix, true)->contains(*parse_address(address));
  };
  EXPECT_TRUE(holds("10.77.0.0/16", "10.77.255.255"));
  EXPECT_FALSE(holds("10.77.0.0/16", "10.78.0.0"));
  EXPECT_TRUE(holds("10.77.0.0/17", "10.77.127.255"));
  EXPECT_FALSE(holds("10.77.0.0/17", "10.77.128.0"));
  EXPECT_TRUE(holds("192.0.2.9/24", "192.0.2.200"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.7"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
  EXPECT_TRUE(holds("2001:db8::1/128", "2001:db8::1"));
  EXPECT_FALSE(holds("2001:db8::1/128", "2001:db8::2"));
}

TEST(Prefix, FamiliesNeverMix) {
  EXPECT_FALSE(parse_prefix("::/0")->contains(*parse_address("10.0.0.1")));
  EXPECT_FALSE(parse_prefix("0.0.0.0/0")->contains(*parse_address("::1")));
}

TEST(Prefix, ContainsAgreesWithComparingBits) {
  EXPECT_TRUE(rc::check([] {
    const std::uint32_t base = *rc::gen::arbitrary<std::uint32_t>();
    const auto length = *rc::gen::inRange<std::uint8_t>(0, 33);
    const std::uint32_t other = base ^ (1u << *rc::gen::inRange(0, 32));
    const std::uint32_t mask = length == 0 ? 0 : ~0u << (32 - length);
    const IpPrefix prefix{IpAddress::v4(base), length};
    RC_ASSERT(prefix.contains(IpAddress::v4(other)) == ((base & mask) == (other & mask)));
  }));
}

}  // namespace
}  // namespace jvpn
