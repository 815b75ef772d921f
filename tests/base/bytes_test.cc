// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jvpn {
namespace {

template <class T>
class BigEndianOf : public testing::Test {};
using Numbers = testing::Types<std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(BigEndianOf, Numbers);

TYPED_TEST(BigEndianOf, TakesNoMoreRoomThanTheNumberAndNoAlignment) {
  EXPECT_EQ(sizeof(BigEndian<TypeParam>), sizeof(TypeParam));
  EXPECT_EQ(alignof(BigEndian<TypeParam>), 1U);
  EXPECT_TRUE(std::is_trivially_copyable_v<BigEndian<TypeParam>>);
}

TYPED_TEST(BigEndianOf, GivesBackWhatWasPutIn) {
  EXPECT_TRUE(rc::check([](TypeParam number) {
    RC_ASSERT(BigEndian<TypeParam>(number).value() == number);
    BigEndian<TypeParam> assigned;
    assigned = number;
    RC_ASSERT(static_cast<TypeParam>(assigned) == number);
  }));
}

TYPED_TEST(BigEndianOf, PutsTheMostSignificantByteFirst) {
  EXPECT_TRUE(rc::check([](TypeParam number) {
    Bytes<sizeof(TypeParam)> wire;
    store(wire.data(), BigEndian<TypeParam>(number));
    for (std::size_t i = 0; i < wire.size(); ++i) {
      const std::size_t shift = 8 * (wire.size() - 1 - i);
      RC_ASSERT(wire[i] == static_cast<std::uint8_t>(std::uint64_t{number} >> shift));
    }
  }));
}

TEST(BigEndian, LooksOnTheWireAsTheRfcsDrawIt) {
  Bytes<8> wire;
  store(wire.data(), BigEndian<std::uint64_t>(0x0102030405060708));
  EXPECT_EQ(wire, (Bytes<8>{1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(BigEndian, IsZeroUntilAssigned) {
  EXPECT_EQ(BigEndian<std::uint32_t>().value(), 0U);
}

struct Header {
  BigEndian<std::uint16_t> type;
  Bytes<3> tag;
  BigEndian<std::uint32_t> number;
};

TEST(LoadAndStore, WorkAtAnyAddress) {
  static_assert(sizeof(Header) == 9);
  Bytes<32> buffer{};
  for (std::size_t offset = 0; offset + sizeof(Header) <= buffer.size(); ++offset) {
    store(buffer.data() + offset, Header{0x1234, {7, 8, 9}, 0xdeadbeef});
    const Header header = load<Header>(buffer.data() + offset);
    EXPECT_EQ(header.type, 0x1234U);
    EXPECT_EQ(header.tag, (Bytes<3>{7, 8, 9}));
    EXPECT_EQ(header.number, 0xdeadbeefU);
  }
}

}  // namespace
}  // namespace jvpn
