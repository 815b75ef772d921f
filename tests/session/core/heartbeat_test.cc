// SPDX-License-Identifier: Apache-2.0
#include "session/core/heartbeat.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/session/core/hex.h"

namespace jvpn {
namespace {

using namespace test;

const Heartbeat kFixed{HeartbeatKind::reply, PathId{7},          4,
                       0x0102030405060708,   0x1112131415161718, 0x2122232425262728,
                       0x3132333435363738,   {OwnerEpoch{3}, 9}, 0x41424344};
constexpr std::size_t kFieldBytes = 48;

std::vector<std::uint8_t> written(const Heartbeat& heartbeat) {
  std::vector<std::uint8_t> out(kHeartbeatInnerSize, 0xee);
  write_heartbeat(heartbeat, std::span<std::uint8_t, kHeartbeatInnerSize>(out));
  return out;
}

bool equal(const Heartbeat& a, const Heartbeat& b) {
  return written(a) == written(b);
}

TEST(Heartbeat, HasTheBytesOfTheSpecification) {
  const std::string fields =
      "02070400"
      "0102030405060708"
      "1112131415161718"
      "2122232425262728"
      "3132333435363738"
      "0000000300000009"
      "41424344";
  const std::string padding(2 * (kHeartbeatInnerSize - kFieldBytes), '0');
  EXPECT_EQ(hex(written(kFixed)), fields + padding);
  EXPECT_EQ(kHeartbeatInnerSize + kDataOverhead, kHeartbeatSize);
}

TEST(Heartbeat, AnyHeartbeatSurvivesTheWire) {
  EXPECT_TRUE(rc::check([] {
    const auto any = [] { return *rc::gen::arbitrary<std::uint64_t>(); };
    const Heartbeat heartbeat{any() % 2 == 0 ? HeartbeatKind::ask : HeartbeatKind::reply,
                              PathId{static_cast<std::uint8_t>(any())},
                              static_cast<std::uint8_t>(any()),
                              any(),
                              any(),
                              any(),
                              any(),
                              StateVersion::unpack(any()),
                              static_cast<std::uint32_t>(any())};
    const auto read = read_heartbeat(written(heartbeat));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->kind == heartbeat.kind && read->path == heartbeat.path);
    RC_ASSERT(read->stretch == heartbeat.stretch);
    RC_ASSERT(read->nonce == heartbeat.nonce && read->echo == heartbeat.echo);
    RC_ASSERT(read->sent == heartbeat.sent && read->received == heartbeat.received);
    RC_ASSERT(read->version == heartbeat.version && read->rtt_us == heartbeat.rtt_us);
  }));
}

TEST(Heartbeat, OnlyTheExactSizeIsRead) {
  auto bytes = written(kFixed);
  bytes.resize(1500);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    EXPECT_EQ(read_heartbeat(cut).has_value(), size == kHeartbeatInnerSize) << size;
  }
}

TEST(Heartbeat, EveryReservedAndPaddingBitMustBeZero) {
  const auto whole = written(kFixed);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    const std::size_t byte = bit / 8;
    const bool reserved = byte == 3 || byte >= kFieldBytes;
    auto flipped = whole;
    flipped[byte] = static_cast<std::uint8_t>(flipped[byte] ^ (0x80 >> bit % 8));
    const auto read = read_heartbeat(flipped);
    if (byte == 0 || reserved) {
      EXPECT_FALSE(read) << "bit " << bit;
    } else {
      ASSERT_TRUE(read) << "bit " << bit;
      EXPECT_FALSE(equal(*read, kFixed)) << "bit " << bit;
    }
  }
}

TEST(Heartbeat, OnlyAskAndReplyAreKinds) {
  auto bytes = written(kFixed);
  for (unsigned first = 0; first < 256; ++first) {
    bytes[0] = static_cast<std::uint8_t>(first);
    EXPECT_EQ(read_heartbeat(bytes).has_value(), first == 1 || first == 2) << first;
  }
}

TEST(Heartbeat, IsToldApartFromIpByItsFirstNibble) {
  EXPECT_FALSE(is_heartbeat({}));
  for (unsigned first = 0; first < 256; ++first) {
    const Bytes<1> inner{static_cast<std::uint8_t>(first)};
    EXPECT_EQ(is_heartbeat(inner), first < 16);
  }
}

}  // namespace
}  // namespace jvpn
