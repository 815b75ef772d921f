// SPDX-License-Identifier: Apache-2.0
#include "session/core/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "session/core/tag.h"
#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

TEST(SessionId, PrintsThirtyTwoHexDigits) {
  EXPECT_EQ(to_string(SessionId{test::rising<16>(0xf0)}), "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  EXPECT_TRUE(SessionId{}.is_zero());
  EXPECT_FALSE(SessionId{test::rising<16>(0)}.is_zero());
}

TEST(StateVersion, PacksAndPrintsEpochBeforeSequence) {
  const StateVersion version{OwnerEpoch{3}, 7};
  EXPECT_EQ(to_string(version), "3:7");
  EXPECT_EQ(version.packed(), 0x0000000300000007u);
  EXPECT_EQ(StateVersion::unpack(version.packed()), version);
}

TEST(StateVersion, ANewOwnersFirstVersionIsNewerThanAnyOfTheOldOne) {
  const StateVersion old_owner{OwnerEpoch{3}, UINT32_MAX};
  const StateVersion new_owner{OwnerEpoch{4}, 1};
  EXPECT_LT(old_owner, new_owner);
  EXPECT_LT(old_owner.packed(), new_owner.packed());
}

TEST(Tag, KeepsFiftySixBitsInNetworkOrder) {
  EXPECT_EQ(test::hex(Tag(0xff01020304050607).to_wire()), "01020304050607");
  EXPECT_TRUE(rc::check([] {
    const Tag tag(*rc::gen::arbitrary<std::uint64_t>());
    RC_ASSERT(Tag::from_wire(tag.to_wire()) == tag);
  }));
}

TEST(GatewayTag, PacksItsPartsWhereSteeringExpectsThem) {
  const GatewayTag tag{.node = 0xab, .worker = 63, .slot = 0x123456, .generation = 0x2fedc};
  EXPECT_EQ(GatewayTag::unpack(tag.pack()), tag);
  EXPECT_EQ(tag.pack().value() >> 48, 0xabu);
  EXPECT_EQ(tag.pack().value() >> 42 & 63, 63u);
  EXPECT_EQ(tag.pack().value() >> 18 & 0xffffff, 0x123456u);
  EXPECT_EQ(tag.pack().value() & 0x3ffff, 0x2fedcu);
}

TEST(GatewayTag, AnyTagUnpacksAndPacksBack) {
  EXPECT_TRUE(rc::check([] {
    const Tag tag(*rc::gen::arbitrary<std::uint64_t>());
    RC_ASSERT(GatewayTag::unpack(tag).pack() == tag);
  }));
}

}  // namespace
}  // namespace jvpn
