// SPDX-License-Identifier: Apache-2.0
// The tunnel interface with the kernel's real TCP on its other side, whose peer this test plays;
// and kernels that refuse offloads, played by the seam of TunDevice::create().
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

#include "client/offload/segmenter.h"
#include "client/os/tun_device.h"
#include "tests/client/offload/tcp_flow.h"
#include "tests/client/os/own_network.h"

namespace jvpn::client {
namespace {

using Offload = TunDevice::Offload;
using test::Packet;
using test::TcpFlow;

constexpr std::size_t kMtu = 1400;
constexpr std::uint8_t kSyn = 0x02;

Offload best = Offload::udp;  ///< of the kernel that is played

int ioctl_of_that_kernel(int fd, unsigned long request, void* argument) {
  const auto flags = reinterpret_cast<std::uintptr_t>(argument);
  const bool wants_header =
      request == TUNSETIFF && (static_cast<ifreq*>(argument)->ifr_flags & IFF_VNET_HDR) != 0;
  const bool wants_udp = request == TUNSETOFFLOAD && (flags & 0x60) != 0;
  const bool wants_tcp = request == TUNSETOFFLOAD && (flags & TUN_F_TSO4) != 0;
  if ((best < Offload::header && wants_header) || (best < Offload::udp && wants_udp) ||
      (best < Offload::tcp && wants_tcp) ||
      (best < Offload::checksum && request == TUNSETOFFLOAD)) {
    errno = EINVAL;
    return -1;
  }
  return call_ioctl(fd, request, argument);
}

class TunOffloadTest : public OwnNetwork {
 protected:
  void open(Offload kernel) {
    best = kernel;
    device.reset();
    auto created = TunDevice::create("jvpnt1", ioctl_of_that_kernel);
    ASSERT_TRUE(created) << created.error().what;
    device.emplace(std::move(*created));
    ASSERT_TRUE(shell("(echo 1 > /proc/sys/net/ipv6/conf/jvpnt1/disable_ipv6)"));  // it would speak
    ASSERT_TRUE(shell("ip link set jvpnt1 mtu " + std::to_string(kMtu) + " up"));
    ASSERT_TRUE(shell("ip addr add 10.77.0.2/32 dev jvpnt1"));
    ASSERT_TRUE(shell("ip route add 10.99.0.0/24 dev jvpnt1"));
  }
  FileHandle connect_to_server(int kind) {
    FileHandle socket(::socket(AF_INET, kind | SOCK_NONBLOCK, 0));
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(443);
    inet_pton(AF_INET, "10.99.0.2", &server.sin_addr);
    connect(socket.get(), reinterpret_cast<sockaddr*>(&server), sizeof server);
    return socket;
  }
  /// The packets of the next read, cut; empty when nothing came for a while.
  std::vector<Packet> read() {
    pollfd wanted{device->fd(), POLLIN, 0};
    if (poll(&wanted, 1, 300) != 1) return {};
    const auto frame = device->read(*room);
    if (!frame) return {};
    super_packets += frame->header.kind != VirtioHeader::kWhole;
    Segmenter segmenter;
    segmenter.begin(frame->header, frame->packet, kMtu);
    std::vector<Packet> packets;
    while (!segmenter.is_done()) {
      Packet packet(kMtu);
      packet.resize(segmenter.next(packet));
      packets.push_back(packet);
    }
    return packets;
  }
  bool write(const std::vector<Packet>& packets) {
    const std::vector<ByteView> views(packets.begin(), packets.end());
    if (!device->takes_super_packets()) return device->write({{}, views});
    bool all = true;
    for (const TunnelWrite& one : coalescer.coalesce(views)) {
      all = device->write(one) && all;
      ++writes;
    }
    return all;
  }
  /// Towards the client: addresses and ports swapped, which leaves all checksums as they are.
  static Packet answer(Packet packet) {
    for (std::size_t i = 0; i < 4; ++i) std::swap(packet[12 + i], packet[16 + i]);
    for (std::size_t i = 0; i < 2; ++i) std::swap(packet[20 + i], packet[22 + i]);
    return packet;
  }
  /// Takes the client's SYN and answers it; the flow that the server sends by.
  TcpFlow shake_hands() {
    const Packet syn = read().at(0);
    const auto tcp = load<TcpHeader>(syn.data() + 20);
    TcpFlow server;
    server.port = tcp.source;
    server.acknowledged = tcp.sequence + 1;
    server.window = 65535;
    server.tcp_options = {2, 4, 0x05, 0x50};  // segments of 1 360 bytes
    EXPECT_TRUE(write({answer(server.next({}, kSyn))}));
    server.tcp_options.clear();
    ++server.sequence;
    EXPECT_EQ(read().size(), 1u) << "the ACK";
    return server;
  }

  std::optional<TunDevice> device;
  std::unique_ptr<Bytes<kMaxSuperPacket>> room = std::make_unique<Bytes<kMaxSuperPacket>>();
  Coalescer coalescer;
  std::size_t super_packets = 0;
  std::size_t writes = 0;
};

TEST_F(TunOffloadTest, CarriesDatagramsBothWaysWithWhateverTheKernelHas) {
  for (const auto kernel : {Offload::none, Offload::header, Offload::checksum, Offload::tcp}) {
    SCOPED_TRACE(to_string(kernel));
    open(kernel);
    ASSERT_EQ(device->offload(), kernel);
    const FileHandle socket = connect_to_server(SOCK_DGRAM);
    ASSERT_EQ(send(socket.get(), "ping", 4, 0), 4);
    const std::vector<Packet> packets = read();
    ASSERT_EQ(packets.size(), 1u) << "the datagram, and nothing of the kernel's own before it";
    ASSERT_EQ(packets[0].size(), 32u);
    EXPECT_TRUE(test::has_right_checksums(packets[0], 20));
    EXPECT_TRUE(device->read(*room)->packet.empty()) << "there is one only";
    ASSERT_TRUE(write({answer(packets[0])}));
    pollfd wanted{socket.get(), POLLIN, 0};
    ASSERT_EQ(poll(&wanted, 1, 1000), 1);
    std::array<char, 8> text{};
    EXPECT_EQ(recv(socket.get(), text.data(), text.size(), 0), 4);
    EXPECT_STREQ(text.data(), "ping");
  }
}

TEST_F(TunOffloadTest, CutsWhatTheKernelsTcpHandsOverInOnePiece) {
  for (const auto kernel : {Offload::udp, Offload::checksum}) {
    SCOPED_TRACE(to_string(kernel));
    open(kernel);
    super_packets = 0;
    const FileHandle socket = connect_to_server(SOCK_STREAM);
    shake_hands();
    const Packet sent = test::some_bytes(12'000);
    ASSERT_EQ(::send(socket.get(), sent.data(), sent.size(), 0), 12'000);
    Packet came;
    for (std::vector<Packet> some = read(); !some.empty() && came.size() < sent.size();
         some = read()) {
      for (const Packet& packet : some) {
        EXPECT_LE(packet.size(), kMtu);
        EXPECT_TRUE(test::has_right_checksums(packet, 20));
        came.insert(came.end(), packet.begin() + 40, packet.end());
      }
    }
    came.resize(std::min(came.size(), sent.size()));  // without what was repeated meanwhile
    EXPECT_EQ(came, sent);
    EXPECT_EQ(super_packets > 0, kernel == Offload::udp);
  }
}

TEST_F(TunOffloadTest, GivesTheKernelsTcpManySegmentsByOneWrite) {
  open(Offload::udp);
  const FileHandle socket = connect_to_server(SOCK_STREAM);
  TcpFlow server = shake_hands();
  Packet sent;
  std::vector<Packet> packets;
  for (std::uint8_t i = 0; i < 40; ++i) {
    const Packet payload = test::some_bytes(1360, i);
    sent.insert(sent.end(), payload.begin(), payload.end());
    packets.push_back(answer(server.next(payload, i == 39 ? TcpHeader::kPush : 0)));
  }
  writes = 0;
  ASSERT_TRUE(write(packets));
  EXPECT_EQ(writes, 1u);
  Packet came(sent.size());
  EXPECT_EQ(recv(socket.get(), came.data(), came.size(), 0), static_cast<ssize_t>(sent.size()));
  EXPECT_EQ(came, sent);
}

}  // namespace
}  // namespace jvpn::client
