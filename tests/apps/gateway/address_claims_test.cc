// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/address_claims.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace jvpn {
namespace {

IpPrefix prefix(const char* text) {
  return parse_prefix(text).value();
}

class AddressClaimsTest : public testing::Test {
 protected:
  std::string claim(const char* wanted, std::size_t peer, std::uint32_t line = 9) {
    return claims.claim(prefix(wanted), {peer, line});
  }
  PlaneConfig plane;
  AddressClaims claims{plane};
};

TEST_F(AddressClaimsTest, RefuseWhatAnotherPeerHasWholeOrInPart) {
  EXPECT_EQ(claim("192.168.50.0/24", 0, 4), "");
  EXPECT_EQ(claim("192.168.51.0/24", 1), "");
  EXPECT_EQ(claim("192.168.50.0/24", 1), "another peer has it already, on line 4");
  EXPECT_EQ(claim("192.168.50.128/25", 1),
            "192.168.50.128/25 overlaps 192.168.50.0/24, which another peer has, on line 4");
  EXPECT_EQ(claim("192.168.0.0/16", 1),
            "192.168.0.0/16 overlaps 192.168.50.0/24, which another peer has, on line 4");
  EXPECT_EQ(claim("192.168.49.0/24", 1), "");
}

TEST_F(AddressClaimsTest, LetAPeersOwnOverlap) {
  EXPECT_EQ(claim("192.168.50.9", 0), "");
  EXPECT_EQ(claim("192.168.50.0/24", 0), "");
  EXPECT_EQ(claim("192.168.50.1", 0), "");
  EXPECT_NE(claim("192.168.50.200", 1), "");
  EXPECT_NE(claim("192.168.50.9", 1), "");
}

TEST_F(AddressClaimsTest, NeverGiveTwoPeersTheSame) {
  std::mt19937 random(7);
  std::vector<std::pair<IpPrefix, std::size_t>> granted;
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::size_t peer = random() % 20;
    IpPrefix wanted{IpAddress{}, static_cast<std::uint8_t>(8 + random() % 25)};
    const auto bits = static_cast<std::uint32_t>(random()) & 0x0fc30f00;
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - wanted.length);
    wanted.address = IpAddress::v4(bits & mask);
    const bool taken = std::ranges::any_of(granted, [&](const auto& other) {
      return other.second != peer &&
             (other.first.contains(wanted.address) || wanted.contains(other.first.address));
    });
    EXPECT_EQ(claims.claim(wanted, {peer, 1}).empty(), !taken) << to_string(wanted);
    if (!taken) granted.emplace_back(wanted, peer);
    refused += taken;
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(granted.size(), 20u);
}

TEST_F(AddressClaimsTest, CallUnfitWhatIsNotForHosts) {
  for (const char* bad :
       {"0.0.0.0/0", "0.0.0.0/8", "127.0.0.1", "126.0.0.0/7", "169.254.1.0/24", "224.0.0.0/4",
        "255.255.255.255", "::/0", "::1", "fe80::/64", "ff02::1", "::/2", "128.0.0.0/2"}) {
    EXPECT_NE(claims.why_unfit(prefix(bad)), "") << bad;
  }
  for (const char* good : {"1.0.0.0/8", "10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "2000::/3",
                           "fd00::/8", "fc00::/7"}) {
    EXPECT_EQ(claims.why_unfit(prefix(good)), "") << good;
  }
}

}  // namespace
}  // namespace jvpn
