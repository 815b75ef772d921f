// SPDX-License-Identifier: Apache-2.0
#include "dataplane/neighbour_upkeep.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "packets.h"

namespace jvpn::test {
namespace {

constexpr EtherAddress kMac{2, 0, 0, 0, 0, 7};
constexpr EtherAddress kOtherMac{2, 0, 0, 0, 0, 8};
const IpAddress kPeer = address("192.0.2.7");

class NeighbourUpkeepTest : public testing::Test {
 protected:
  NeighbourUpkeepTest() {
    Link link;
    link.address = on_link("192.0.2.1/24");
    link.address6 = on_link("2001:db8::1/64");
    links.push_back(link);
  }
  std::vector<NeighbourFrame> step() {
    std::vector<NeighbourFrame> out;
    upkeep.step(now, out);
    return out;
  }
  void answer(const EtherAddress& mac, const IpAddress& from = kPeer) {
    ArpPacket packet;
    packet.sender_mac = mac;
    packet.sender = from.v4_octets();
    packet.target = address("192.0.2.1").v4_octets();
    upkeep.on_frame(0, arp_frame(ArpPacket::kReply, packet, {}), now);
  }
  std::optional<EtherAddress> mac_of(std::uint16_t index) {
    EtherAddress out;
    return table.mac_of(index, out) ? std::optional(out) : std::nullopt;
  }

  std::vector<Link> links;
  Neighbours table;
  NeighbourUpkeep upkeep{links, table};
  Instant now{1'000'000'000};
};

TEST_F(NeighbourUpkeepTest, AsksAtOnceAndBelievesTheAnswer) {
  const std::uint16_t index = upkeep.want(0, kPeer);
  EXPECT_FALSE(mac_of(index).has_value());
  const auto questions = step();
  ASSERT_EQ(questions.size(), 1u);
  const auto arp = load<ArpPacket>(questions[0].bytes.data() + 14);
  EXPECT_EQ(arp.operation.value(), ArpPacket::kRequest);
  EXPECT_EQ(IpAddress::v4(arp.target), kPeer);
  EXPECT_EQ(IpAddress::v4(arp.sender), address("192.0.2.1"));
  EXPECT_EQ(load<EthernetHeader>(questions[0].bytes.data()).destination, kBroadcastMac);
  answer(kMac);
  EXPECT_EQ(mac_of(index), kMac);
  EXPECT_TRUE(step().empty());
}

TEST_F(NeighbourUpkeepTest, AsksIpv6NeighboursThroughTheirGroup) {
  upkeep.want(0, address("2001:db8::12:3456"));
  const auto questions = step();
  ASSERT_EQ(questions.size(), 1u);
  EXPECT_EQ(load<EthernetHeader>(questions[0].bytes.data()).destination,
            (EtherAddress{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}));
  const auto packet =
      read_neighbour_packet(ByteView(questions[0].bytes).subspan(14, questions[0].size - 14u));
  ASSERT_TRUE(packet.has_value());
  EXPECT_TRUE(packet->is_question);
  EXPECT_EQ(packet->target, address("2001:db8::12:3456"));
}

TEST_F(NeighbourUpkeepTest, IsAskedOnceForTheSameNeighbour) {
  EXPECT_EQ(upkeep.want(0, kPeer), upkeep.want(0, kPeer));
  EXPECT_EQ(upkeep.size(), 1u);
}

TEST_F(NeighbourUpkeepTest, DoesNotBelieveWhomItNeverAsked) {
  answer(kMac, address("192.0.2.99"));
  EXPECT_EQ(table.find(0, address("192.0.2.99")), Neighbours::kNone);
}

TEST_F(NeighbourUpkeepTest, AsksEagerlyThenSlowly) {
  upkeep.want(0, kPeer);
  std::size_t asked = 0;
  for (int ms = 0; ms < 1000; ms += 10, now = now + 10ms) asked += step().size();
  EXPECT_EQ(asked, NeighbourUpkeep::kEagerAsks);
  asked = 0;
  for (int ms = 0; ms < 10'000; ms += 10, now = now + 10ms) asked += step().size();
  EXPECT_EQ(asked, 5u);
}

TEST_F(NeighbourUpkeepTest, RenewsAnOldEntryWhileItIsStillUsed) {
  const std::uint16_t index = upkeep.want(0, kPeer, true);
  step();
  answer(kMac);
  now = now + NeighbourUpkeep::kReachable;
  EXPECT_EQ(step().size(), 1u);
  EXPECT_EQ(mac_of(index), kMac) << "usable until it does not answer";
  answer(kOtherMac);
  EXPECT_EQ(mac_of(index), kOtherMac);
}

TEST_F(NeighbourUpkeepTest, StopsUsingWhoAnswersNoMore) {
  const std::uint16_t index = upkeep.want(0, kPeer, true);
  step();
  answer(kMac);
  now = now + NeighbourUpkeep::kReachable;
  for (int ms = 0; ms < 1000; ms += 10, now = now + 10ms) step();
  EXPECT_FALSE(mac_of(index).has_value());
  answer(kMac);
  EXPECT_EQ(mac_of(index), kMac);
}

TEST_F(NeighbourUpkeepTest, ForgetsWhomNobodyUsesButNeverThePinned) {
  upkeep.want(0, kPeer);
  upkeep.want(0, address("192.0.2.254"), true);
  const std::uint16_t used = upkeep.want(0, address("192.0.2.8"));
  for (int minute = 0; minute < 7; ++minute, now = now + std::chrono::minutes(1)) {
    step();
    mac_of(used);
  }
  EXPECT_EQ(table.find(0, kPeer), Neighbours::kNone);
  EXPECT_NE(table.find(0, address("192.0.2.254")), Neighbours::kNone);
  EXPECT_NE(table.find(0, address("192.0.2.8")), Neighbours::kNone);
  EXPECT_EQ(upkeep.size(), 2u);
}

TEST(Neighbours, TellLinksAndAddressesApart) {
  Neighbours table;
  std::vector<std::uint16_t> indices;
  for (std::uint8_t link = 0; link < 3; ++link) {
    for (std::uint32_t host = 0; host < 200; ++host) {
      const IpAddress address = IpAddress::v4(0x0a000000 + host);
      EXPECT_EQ(table.find(link, address), Neighbours::kNone);
      indices.push_back(table.reserve(link, address));
      EXPECT_EQ(table.find(link, address), indices.back());
    }
  }
  std::ranges::sort(indices);
  EXPECT_EQ(std::ranges::adjacent_find(indices), indices.end());
  EXPECT_NE(indices.back(), Neighbours::kNone);
}

TEST(Neighbours, AFullTableSaysSo) {
  Neighbours table;
  std::size_t reserved = 0;
  for (std::uint32_t host = 0; host < 2 * Neighbours::kSlots; ++host) {
    reserved += table.reserve(0, IpAddress::v4(host)) != Neighbours::kNone;
  }
  EXPECT_GT(reserved, Neighbours::kSlots * 9 / 10);
  EXPECT_LE(reserved, Neighbours::kSlots);
  EtherAddress mac;
  EXPECT_FALSE(table.mac_of(Neighbours::kNone, mac));
}

TEST(NeighbourFrames, RubbishClaimsNothing) {
  EXPECT_FALSE(read_claim({}).has_value());
  for (std::size_t size = 0; size < 100; ++size) {
    Packet zeros(size);
    EXPECT_FALSE(read_claim(zeros).has_value());
    if (size >= 14) {
      store(zeros.data() + 12, BigEndian<std::uint16_t>(kEtherIpv6));
      EXPECT_FALSE(read_claim(zeros).has_value());
      store(zeros.data() + 12, BigEndian<std::uint16_t>(kEtherArp));
      EXPECT_FALSE(read_claim(zeros).has_value());
    }
  }
}

}  // namespace
}  // namespace jvpn::test
