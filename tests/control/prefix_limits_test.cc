// SPDX-License-Identifier: Apache-2.0
#include "control/prefix_limits.h"

#include <gtest/gtest.h>

#include "control/limits.h"

namespace jvpn::test {
namespace {

struct Prefixes : testing::Test {
  /// How many of `tries` from these addresses are admitted, all at once.
  int admitted(const std::vector<IpAddress>& sources, int tries) {
    int count = 0;
    for (int n = 0; n < tries; ++n) {
      const IpAddress& source = sources[static_cast<std::size_t>(n) % sources.size()];
      count += limits.admit(source, rates, Instant{0});
    }
    return count;
  }
  SeededRandom random{1};
  PrefixLimits limits{random, kPrefixBuckets};
  PrefixRates rates{{1ms, 10}, {1ms, 30}, {1ms, 50}};
};

TEST_F(Prefixes, BoundAHostANetworkAndAll) {
  EXPECT_EQ(admitted({IpAddress::v4({192, 0, 2, 1})}, 100), 10);
  EXPECT_EQ(admitted({IpAddress::v4({192, 0, 2, 2}), IpAddress::v4({192, 0, 2, 3}),
                      IpAddress::v4({192, 0, 2, 4})},
                     100),
            20);
  EXPECT_EQ(admitted({IpAddress::v4({198, 51, 100, 1}), IpAddress::v4({198, 51, 101, 1}),
                      IpAddress::v4({198, 51, 102, 1})},
                     100),
            20);
}

TEST_F(Prefixes, TakeAnIpv6SubscriberForOneHost) {
  const auto subscriber = [](std::uint8_t subnet, std::uint8_t host) {
    IpAddress address = parse_address("2001:db8::1").value();
    address.bytes[7] = subnet;
    address.bytes[15] = host;
    return address;
  };
  EXPECT_EQ(admitted({subscriber(1, 1), subscriber(1, 2), subscriber(1, 3)}, 90), 10);
  EXPECT_EQ(admitted({subscriber(2, 1), subscriber(3, 2), subscriber(4, 3)}, 90), 20);
}

}  // namespace
}  // namespace jvpn::test
