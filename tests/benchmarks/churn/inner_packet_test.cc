// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/inner_packet.h"

#include <gtest/gtest.h>

#include "session/core/inner.h"

namespace jvpn::churn {
namespace {

const IpAddress kFrom = IpAddress::v4({10, 64, 0, 16});
const Endpoint kSink{IpAddress::v4({10, 99, 0, 2}), 7001};
constexpr Stamp kStamp{.session = 9, .number = 77, .answers = 5, .sent_ns = 123'456'789'012};

TEST(InnerPacket, ComesBackAsItWasWritten) {
  Bytes<64> packet{};
  write_uplink(kFrom, kSink, kStamp, packet);
  EXPECT_EQ(read_inner(packet), kStamp);
}

TEST(InnerPacket, IsAnIpPacketThatTheTunnelTakes) {
  Bytes<kLeastInnerSize> packet{};
  write_uplink(kFrom, kSink, kStamp, packet);
  const auto inner = parse_inner(packet);
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->source, kFrom);
  EXPECT_EQ(inner->destination, kSink.address);
}

TEST(InnerPacket, ItsHeaderSumsUpToAllOnes) {
  Bytes<1420> packet{};
  write_uplink(kFrom, kSink, kStamp, packet);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += std::uint32_t{packet[i]} << 8 | packet[i + 1];
  EXPECT_EQ((sum & 0xffff) + (sum >> 16), 0xffffu);
}

TEST(InnerPacket, AStrangersPacketHasNoStamp) {
  Bytes<64> packet{};
  write_uplink(kFrom, kSink, kStamp, packet);
  ++packet[kInnerHeaders];
  EXPECT_FALSE(read_inner(packet));
  EXPECT_FALSE(read_inner(ByteView(packet).first(kLeastInnerSize - 1)));
  EXPECT_FALSE(read_stamp({}));
}

}  // namespace
}  // namespace jvpn::churn
