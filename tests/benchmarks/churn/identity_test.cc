// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/identity.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "apps/common/key_file.h"

namespace jvpn::churn {
namespace {

Identities ten() {
  return {.seed = 7, .count = 10, .pool = *parse_prefix("10.64.0.0/12")};
}

TEST(Identities, AreTheSameForTheSameSeedAndOthersForAnother) {
  Identities other = ten();
  other.seed = 8;
  for (std::uint32_t i = 0; i < 10; ++i) {
    EXPECT_EQ(KeyPair::from_secret(ten().secret(i)).public_key,
              KeyPair::from_secret(ten().secret(i)).public_key);
    EXPECT_NE(KeyPair::from_secret(ten().secret(i)).public_key,
              KeyPair::from_secret(other.secret(i)).public_key);
  }
}

TEST(Identities, NoTwoSessionsShareAKeyOrAnAddress) {
  std::set<PublicKey> keys;
  std::set<IpAddress> addresses;
  for (std::uint32_t i = 0; i < 10; ++i) {
    keys.insert(KeyPair::from_secret(ten().secret(i)).public_key);
    addresses.insert(ten().inner(i));
    EXPECT_TRUE(ten().pool.contains(ten().inner(i)));
  }
  EXPECT_EQ(keys.size(), 10u);
  EXPECT_EQ(addresses.size(), 10u);
}

TEST(Identities, FitAPoolThatHasAnAddressForEach) {
  Identities who = ten();
  who.pool = *parse_prefix("10.64.0.0/27");
  EXPECT_TRUE(who.fit());
  EXPECT_TRUE(who.pool.contains(who.inner(who.count - 1)));
  who.count = 16;
  EXPECT_FALSE(who.fit());
}

TEST(Identities, PeersNameEachSessionsPublicKeyAndAddress) {
  std::ostringstream out;
  write_peers(ten(), out);
  const std::string text = out.str();
  for (std::uint32_t i = 0; i < 10; ++i) {
    const KeyPair key = KeyPair::from_secret(ten().secret(i));
    EXPECT_NE(text.find("public_key = \"" + key_text(key.public_key) + "\""), text.npos) << i;
    EXPECT_NE(text.find("[\"" + to_string(ten().inner(i)) + "\"]"), text.npos) << i;
  }
}

}  // namespace
}  // namespace jvpn::churn
