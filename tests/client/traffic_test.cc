// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/client/world.h"

namespace jvpn::client {
namespace {

const Endpoint kGateway = *parse_endpoint("203.0.113.1:51820");

class ClientTraffic : public ::testing::Test {
 protected:
  void SetUp() override {
    world.start();
    ASSERT_TRUE(world.attach());
    world.run_for(100ms);
  }
  /// Offers one inner packet to the agent; its size on the wire, 0 when it was dropped.
  std::uint32_t offer(const Datagram& inner) {
    Datagram room(inner.size() + kDataOverhead);
    std::memcpy(room.data() + OutgoingPacket::kHeadroom, inner.data(), inner.size());
    std::array<OutgoingPacket, 1> burst{
        OutgoingPacket{room.data(), static_cast<std::uint32_t>(inner.size()), 0}};
    world.agent.seal(burst);
    return burst[0].wire_size;
  }
  const TrafficCounters& counters() const { return world.agent.counters(); }

  World world;
  const Datagram down = World::inner_packet("10.99.0.2", "10.77.0.2", 5);
};

TEST_F(ClientTraffic, CarriesPacketsBothWaysUnchanged) {
  ASSERT_TRUE(world.send_inner(3));
  world.send_down(world.gateway.data(down));
  world.run_for(50ms);
  ASSERT_EQ(world.gateway.delivered.size(), 1u);
  EXPECT_EQ(world.gateway.delivered[0], World::inner_packet("10.77.0.2", "10.99.0.2", 3));
  ASSERT_EQ(world.delivered.size(), 1u);
  EXPECT_EQ(world.delivered[0], down);
}

TEST_F(ClientTraffic, DeliversEachPacketOnce) {
  const Addressed datagram = world.gateway.data(down);
  for (int i = 0; i < 3; ++i) world.inject(World::kWifi, kGateway, datagram.payload);
  EXPECT_EQ(world.delivered.size(), 1u);
  EXPECT_EQ(counters().duplicate, 2u);
}

TEST_F(ClientTraffic, DeliversTwinsOfOneBurstOnce) {
  Datagram one = world.gateway.data(down).payload;
  Datagram two = one;
  const Route route{World::kWifi, World::wifi_state().v4, kGateway};
  std::array<ReceivedDatagram, 2> burst{ReceivedDatagram{route, one}, ReceivedDatagram{route, two}};
  Delivery delivery;
  Actions actions;
  world.agent.receive(burst, world.now, delivery, actions);
  EXPECT_EQ(delivery.count, 1u);
  EXPECT_EQ(counters().duplicate, 1u);
}

TEST_F(ClientTraffic, AcceptsDownlinkByEitherPath) {
  world.inject(World::kLte, kGateway, world.gateway.data(down).payload);
  EXPECT_EQ(world.delivered.size(), 1u);
}

TEST_F(ClientTraffic, TakesNothingFromOtherSources) {
  world.inject(World::kWifi, *parse_endpoint("203.0.113.1:51821"),
               world.gateway.data(down).payload);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(counters().unknown_source, 1u);
}

TEST_F(ClientTraffic, DropsWhatDoesNotOpenAtEachByte) {
  const Datagram good = world.gateway.data(down).payload;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Datagram forged = good;
    forged[i] ^= 0x40;
    world.inject(World::kWifi, kGateway, forged);
  }
  EXPECT_TRUE(world.delivered.empty());
  world.inject(World::kWifi, kGateway, good);
  EXPECT_EQ(world.delivered.size(), 1u) << "its counter was still free";
}

TEST_F(ClientTraffic, TakesDatagramsOfEachLengthWithoutHarm) {
  const Datagram good = world.gateway.data(down).payload;
  for (std::size_t size = 0; size < good.size(); ++size) {
    for (const int type : {0, 1, 2, 3, 4, 5, 6, 15}) {
      Datagram cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
      if (size > 0) cut[0] = static_cast<std::uint8_t>(type << 4);
      world.inject(World::kWifi, kGateway, cut);
    }
  }
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_TRUE(world.is_attached());
}

TEST_F(ClientTraffic, DeliversNothingThatIsNotForUs) {
  world.inject(World::kWifi, kGateway,
               world.gateway.data(World::inner_packet("10.99.0.2", "10.77.0.3", 1)).payload);
  world.inject(World::kWifi, kGateway, world.gateway.data(Datagram(60, 0x55)).payload);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(counters().bad_inner, 2u);
}

TEST_F(ClientTraffic, SealsOnlyPacketsFromItsOwnAddresses) {
  EXPECT_EQ(offer(World::inner_packet("10.77.0.2", "10.99.0.2", 1)), 60 + kDataOverhead);
  EXPECT_EQ(offer(World::inner_packet("10.77.0.3", "10.99.0.2", 1)), 0u);
  EXPECT_EQ(offer(Datagram(40, 0x11)), 0u);
  EXPECT_EQ(counters().foreign_source, 1u);
  EXPECT_EQ(counters().not_ip, 1u);
}

TEST_F(ClientTraffic, SealsABurstWithRisingCounters) {
  std::array<Datagram, kPacketBurst> rooms;
  std::array<OutgoingPacket, kPacketBurst> burst;
  const Datagram inner = World::inner_packet("10.77.0.2", "10.99.0.2", 1);
  for (std::size_t i = 0; i < kPacketBurst; ++i) {
    rooms[i].resize(inner.size() + kDataOverhead);
    std::memcpy(rooms[i].data() + OutgoingPacket::kHeadroom, inner.data(), inner.size());
    burst[i] = {rooms[i].data(), static_cast<std::uint32_t>(inner.size()), 0};
  }
  ASSERT_TRUE(world.agent.seal(burst));
  for (const Datagram& room : rooms) {
    world.gateway.receive(room, world.source_of(World::kWifi));
  }
  EXPECT_EQ(world.gateway.delivered.size(), kPacketBurst);
  const auto counter = [&](std::size_t i) {
    return load<DataHeader>(rooms[i].data()).counter.value();
  };
  for (std::size_t i = 1; i < kPacketBurst; ++i) EXPECT_EQ(counter(i), counter(i - 1) + 1);
}

TEST_F(ClientTraffic, HeartbeatsMeasureTheRoundTrip) {
  world.run_for(2s);
  EXPECT_EQ(world.agent.status().rtt, world.delay * 2);
  EXPECT_GE(counters().heartbeats, 4u);
}

TEST(TrafficOfANetworkBehindTheClient, PassesAsItsOwnAndNoOther) {
  AeadEngine engine = std::move(*AeadEngine::create());
  TrafficCounters counters;
  TrafficConfig config;
  config.inner_v4 = *parse_address("10.77.0.2");
  config.prefixes = {*parse_prefix("192.168.50.0/24")};
  Traffic traffic(config, Key32(), engine, counters);
  const auto seals = [&](const char* from) {
    const Datagram inner = World::inner_packet(from, "10.99.0.2", 1);
    Datagram room(inner.size() + kDataOverhead);
    std::memcpy(room.data() + OutgoingPacket::kHeadroom, inner.data(), inner.size());
    OutgoingPacket packet{room.data(), static_cast<std::uint32_t>(inner.size()), 0};
    return traffic.seal({&packet, 1}, Tag{}) == 1;
  };
  const auto delivers = [&](const char* to) {
    return traffic.is_deliverable(World::inner_packet("10.99.0.2", to, 1));
  };
  EXPECT_TRUE(seals("10.77.0.2") && seals("192.168.50.9"));
  EXPECT_FALSE(seals("10.77.0.3") || seals("192.168.51.9"));
  EXPECT_EQ(counters.foreign_source, 2u);
  EXPECT_TRUE(delivers("10.77.0.2") && delivers("192.168.50.9"));
  EXPECT_FALSE(delivers("10.77.0.3") || delivers("192.168.51.9"));
  EXPECT_EQ(counters.bad_inner, 2u);
}

}  // namespace
}  // namespace jvpn::client
