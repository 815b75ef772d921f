// SPDX-License-Identifier: Apache-2.0
#include "client/os/udp_socket.h"

#include "tests/client/os/own_network.h"
#include "tests/client/os/udp_names.h"

namespace jvpn::client {
namespace {

class UdpSocketTest : public OwnNetwork {
 protected:
  static Result<UdpSocket> open_on_loopback(const char* address = "127.0.0.1") {
    return UdpSocket::open("lo", *parse_address(address));
  }
  ReceiveBuffers buffers;
  std::array<ReceivedDatagram, kPacketBurst> received;
};

TEST_F(UdpSocketTest, CarriesABurstInOrder) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    auto from = open_on_loopback(address);
    auto to = open_on_loopback(address);
    ASSERT_TRUE(from) << from.error().what;
    ASSERT_TRUE(to) << to.error().what;
    std::array<Bytes<3>, kPacketBurst> bytes;
    std::array<ByteView, kPacketBurst> payloads;
    for (std::size_t i = 0; i < kPacketBurst; ++i) {
      bytes[i] = {1, 2, static_cast<std::uint8_t>(i)};
      payloads[i] = bytes[i];
    }
    ASSERT_EQ(from->send(payloads, name_of(*to)), kPacketBurst);
    ASSERT_TRUE(to->receive(buffers, PathId{3}));
    ASSERT_EQ(buffers.take(received), kPacketBurst);
    for (std::size_t i = 0; i < kPacketBurst; ++i) {
      EXPECT_TRUE(std::equal(payloads[i].begin(), payloads[i].end(), received[i].payload.begin(),
                             received[i].payload.end()));
      EXPECT_EQ(received[i].came_by.path, PathId{3});
      EXPECT_EQ(received[i].came_by.gateway, name_of(*from));
      EXPECT_EQ(received[i].came_by.source, *parse_address(address));
    }
    EXPECT_EQ(buffers.take(received), 0u);
    EXPECT_FALSE(to->receive(buffers, PathId{3}));
  }
}

TEST_F(UdpSocketTest, NamesAnInterfaceThatIsNotThere) {
  const auto socket = UdpSocket::open("jvpnx9", *parse_address("127.0.0.1"));
  ASSERT_FALSE(socket);
  EXPECT_NE(socket.error().what.find("jvpnx9"), std::string::npos);
}

TEST_F(UdpSocketTest, WaitsForAnAddressThatIsAboutToBeOurs) {
  for (const char* address : {"192.0.2.1", "2001:db8::7"}) {
    auto socket = open_on_loopback(address);
    ASSERT_TRUE(socket) << socket.error().what;
    const Bytes<1> byte{1};
    const ByteView payload(byte);
    const Endpoint to{*parse_address(address), 9};
    EXPECT_EQ(socket->send(std::span(&payload, 1), to), 0u);
    const std::string name = std::string(address) + (to.address.is_v4() ? "/32" : "/128 nodad");
    ASSERT_TRUE(shell("ip addr add " + name + " dev lo"));
    EXPECT_EQ(socket->send(std::span(&payload, 1), to), 1u);
    shell("ip addr del " + std::string(address) + (to.address.is_v4() ? "/32" : "/128") +
          " dev lo");
  }
}

TEST_F(UdpSocketTest, SendsOnThoughAnEarlierDatagramWasRefused) {
  auto from = open_on_loopback();
  ASSERT_TRUE(from);
  const Bytes<1> byte{1};
  const ByteView payload(byte);
  const Endpoint closed{*parse_address("127.0.0.1"), 9};
  EXPECT_EQ(from->send(std::span(&payload, 1), closed), 1u);
  EXPECT_EQ(from->send(std::span(&payload, 1), closed), 1u);
}

TEST_F(UdpSocketTest, CannotSendWhereNoRouteLeads) {
  auto from = open_on_loopback();
  ASSERT_TRUE(from);
  const Bytes<1> byte{1};
  const ByteView payload(byte);
  EXPECT_EQ(from->send(std::span(&payload, 1), *parse_endpoint("[2001:db8::1]:9")), 0u);
}

}  // namespace
}  // namespace jvpn::client
