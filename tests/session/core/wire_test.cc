// SPDX-License-Identifier: Apache-2.0
#include "session/core/wire.h"

#include <gtest/gtest.h>

#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

TEST(Wire, ADataHeaderHasTheBytesOfTheSpecification) {
  const DataHeader header{WirePrefix::make(WireType::data, Tag(0x01020304050607), 0xe),
                          0x1112131415161718};
  Bytes<sizeof header> bytes{};
  store(bytes.data(), header);
  EXPECT_EQ(test::hex(bytes), "5e010203040506071112131415161718");
  EXPECT_EQ(header.prefix.type(), 5);
  EXPECT_EQ(header.prefix.low(), 0xe);
}

TEST(Wire, AControlHeaderHasTheBytesOfTheSpecification) {
  const ControlHeader header{WirePrefix::make(WireType::control, Tag(0x01020304050607)),
                             test::rising<24>(0x40)};
  Bytes<sizeof header> bytes{};
  store(bytes.data(), header);
  EXPECT_EQ(test::hex(bytes), "6001020304050607404142434445464748494a4b4c4d4e4f5051525354555657");
}

TEST(Wire, OnlyTheLowFourBitsOfAKeyEpochTravel) {
  EXPECT_EQ(WirePrefix::make(WireType::data, Tag(), 0xff).type_and_low, 0x5f);
}

TEST(Wire, OverheadIsThatOfThePaper) {
  EXPECT_EQ(kDataOverhead, 32u);
  EXPECT_EQ(kControlOverhead, 48u);
}

}  // namespace
}  // namespace jvpn
