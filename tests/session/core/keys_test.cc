// SPDX-License-Identifier: Apache-2.0
// Expected values come from an independent implementation (wire_reference.py).
#include "session/core/keys.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

using namespace test;
using enum Direction;

NoiseResult fixed_handshake() {
  NoiseResult result;
  result.chaining_key = Secret<64>::copy_of(rising<64>(0));
  result.handshake_hash = rising<64>(64);
  return result;
}

struct TrafficCase {
  std::uint32_t epoch;
  Direction direction;
  const char* key;
  const char* iv;
};

TEST(Keys, RootsAreThoseOfTheSpecification) {
  const SessionRoots roots = derive_roots(fixed_handshake());
  EXPECT_EQ(hex(roots.traffic.view()),
            "ce3f550c132fdda17108911b127d48a0c1d4c9c0462acb88d9b366a3a3d4207e");
  EXPECT_EQ(hex(roots.resume.view()),
            "44449f3f3e4a3ee89bba213c477fe17f83531d3370d3eaadf615c94dc2e5c7ff");
}

TEST(Keys, TrafficKeysAreThoseOfTheSpecification) {
  const TrafficCase cases[] = {
      {0, client_to_gateway, "ff1a9a8847fe9d6a33b3a0f9576788add396ff41cfecdd941e3652b59704c726",
       "10b67a5078cf3aa7079e2f5c"},
      {0, gateway_to_client, "0f539cf3b81cb26a999e737bdf54a853694bb9b0ad8fedd06a345914df66367b",
       "dad6eb9ff09b707a6c8d1ee3"},
      {0x01020304, client_to_gateway,
       "59bd29cbc56b683081275b4f923d4fd469c984a5e450baadff1e1e767a122812",
       "307cf0758cee14fafe38dee0"},
      {0x01020304, gateway_to_client,
       "4181858c9eb7f3eb4e9edbad35a2c03e7a03e943beee2a7f9e7f8bc51900caf4",
       "99045341e6b0326cfb969cd7"}};
  const SessionRoots roots = derive_roots(fixed_handshake());
  for (const TrafficCase& c : cases) {
    const TrafficKey key = derive_traffic_key(roots.traffic, KeyEpoch{c.epoch}, c.direction);
    EXPECT_EQ(hex(key.key.view()), c.key);
    EXPECT_EQ(hex(key.iv), c.iv);
  }
}

TEST(Keys, ControlKeysAreThoseOfTheSpecification) {
  const SessionRoots roots = derive_roots(fixed_handshake());
  EXPECT_EQ(hex(derive_control_key(roots.resume, client_to_gateway).view()),
            "5b89af15919823ab262b4c01edc8e4503dc9ebcde8eed7d559c4b6467ff9404e");
  EXPECT_EQ(hex(derive_control_key(roots.resume, gateway_to_client).view()),
            "39e1e709a47d2920e05fcfbeed5c67f2d897bf23b071c1e836b78f86bfe95e19");
}

TEST(Keys, EachEpochAndDirectionHasKeysOfItsOwn) {
  const SessionRoots roots = derive_roots(fixed_handshake());
  std::set<std::string> seen;
  for (std::uint32_t epoch : {0u, 1u, 2u, 16u, 256u, 0xffffffffu}) {
    for (Direction direction : {client_to_gateway, gateway_to_client}) {
      const TrafficKey key = derive_traffic_key(roots.traffic, KeyEpoch{epoch}, direction);
      EXPECT_TRUE(seen.insert(hex(key.key.view())).second);
      EXPECT_TRUE(seen.insert(hex(key.iv)).second);
    }
  }
}

TEST(Keys, BothHalvesOfTheHandshakesResultMatter) {
  NoiseResult other = fixed_handshake();
  other.handshake_hash[63] ^= 1;
  EXPECT_NE(hex(derive_roots(other).traffic.view()),
            hex(derive_roots(fixed_handshake()).traffic.view()));
  other = fixed_handshake();
  other.chaining_key.writable()[0] ^= 1;
  EXPECT_NE(hex(derive_roots(other).resume.view()),
            hex(derive_roots(fixed_handshake()).resume.view()));
}

TEST(Keys, ARekeyedRootHasTheBytesOfTheSpecification) {
  const Key32 root = Key32::copy_of(rising<32>(0));
  const Key32 shared = Key32::copy_of(rising<32>(0x20));
  const RekeyTranscript transcript{SessionId{rising<16>(0xd0)}, KeyEpoch{6}, rising<32>(0x40),
                                   rising<32>(0x60)};
  EXPECT_EQ(hex(derive_rekeyed_root(root, shared, transcript).view()),
            "d1c730f3332da06ca57041aef79a0f285ecde333294b7a9602c905dfec10f9fd");
}

TEST(Keys, ANewOwnersRootHasTheBytesOfTheSpecification) {
  const Key32 resume = Key32::copy_of(rising<32>(0));
  const Key32 shared = Key32::copy_of(rising<32>(0x20));
  EXPECT_EQ(hex(derive_owner_root(resume, shared, SessionId{rising<16>(0xd0)},
                                  {4, 0x3132333435363738}, OwnerEpoch{3})
                    .view()),
            "33d5e769ee1c8004928763e2897095ddad52ec6a9948164e3b60ca2ed2ac7010");
}

}  // namespace
}  // namespace jvpn
