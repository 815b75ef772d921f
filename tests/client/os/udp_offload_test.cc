// SPDX-License-Identifier: Apache-2.0
// Trains of datagrams over real sockets, and kernels that refuse them: played by the seam of
// UdpCalls, in front of the real kernel.
#include <cerrno>

#include "client/os/udp_socket.h"
#include "tests/client/os/own_network.h"
#include "tests/client/os/udp_names.h"

namespace jvpn::client {
namespace {

/// A kernel with a will of its own: what it answers to trains, and how many it saw.
struct {
  int error_for_trains = 0;
  int error_for_all = 0;
  unsigned trains = 0;
  unsigned calls = 0;
} kernel;

int send(int fd, mmsghdr* messages, unsigned count, int flags) {
  ++kernel.calls;
  unsigned before = 0;  // the first train
  while (before < count && messages[before].msg_hdr.msg_controllen == 0) ++before;
  for (unsigned i = 0; i < count; ++i) kernel.trains += messages[i].msg_hdr.msg_controllen != 0;
  if (kernel.error_for_all != 0 || (kernel.error_for_trains != 0 && before == 0)) {
    errno = kernel.error_for_all != 0 ? kernel.error_for_all : kernel.error_for_trains;
    return -1;
  }
  return ::sendmmsg(fd, messages, kernel.error_for_trains != 0 ? before : count, flags);
}

int refuse_option(int, int, int, const void*, socklen_t) {
  errno = ENOPROTOOPT;
  return -1;
}

class UdpOffloadTest : public OwnNetwork {
 protected:
  void SetUp() override {
    OwnNetwork::SetUp();
    if (IsSkipped()) return;
    kernel = {};
    to = open({});
  }
  std::unique_ptr<UdpSocket> open(const UdpCalls& calls) {
    auto socket = UdpSocket::open("lo", *parse_address("127.0.0.1"), notice, calls);
    EXPECT_TRUE(socket) << socket.error().what;
    return std::make_unique<UdpSocket>(std::move(*socket));
  }
  /// Datagrams of these sizes, each with bytes of its own.
  static std::vector<std::vector<std::uint8_t>> datagrams(const std::vector<std::size_t>& sizes) {
    std::vector<std::vector<std::uint8_t>> all;
    for (const std::size_t size : sizes) {
      all.emplace_back(size, static_cast<std::uint8_t>(all.size()));
    }
    return all;
  }
  std::size_t send_all(UdpSocket& from, const std::vector<std::vector<std::uint8_t>>& all) {
    const std::vector<ByteView> views(all.begin(), all.end());
    return from.send(views, name_of(*to));
  }
  std::vector<std::vector<std::uint8_t>> receive_all() {
    std::vector<std::vector<std::uint8_t>> all;
    while (to->receive(buffers, PathId{1})) {
      while (const std::size_t count = buffers.take(received)) {
        for (const ReceivedDatagram& one : std::span(received).first(count)) {
          all.emplace_back(one.payload.begin(), one.payload.end());
        }
      }
    }
    return all;
  }
  void expect_carried(UdpSocket& from, const std::vector<std::size_t>& sizes) {
    const auto all = datagrams(sizes);
    EXPECT_EQ(send_all(from, all), all.size());
    EXPECT_EQ(receive_all(), all);
  }

  std::vector<std::string> notices;
  Notice notice = [this](const std::string& what) { notices.push_back(what); };
  std::unique_ptr<UdpSocket> to;
  ReceiveBuffers buffers;
  std::array<ReceivedDatagram, kPacketBurst> received;
};

const std::vector<std::size_t> kFullBurst(kPacketBurst, 1452);

TEST_F(UdpOffloadTest, CarriesTrainsAsTheDatagramsThatTheyAre) {
  const auto from = open({send});
  ASSERT_TRUE(from->uses_trains());
  expect_carried(*from, {1000, 1000, 1000, 7});
  EXPECT_EQ(kernel.trains, 1u);
  expect_carried(*from, kFullBurst);
  EXPECT_EQ(kernel.trains, 3u) << "one send of 65 507 bytes takes 45 of them";
  expect_carried(*from, {160, 1452, 1452, 90, 1452, 1, 1, 1, 1452, 1452, 1452});
  EXPECT_EQ(kernel.calls, 3u) << "each burst by one call";
  EXPECT_TRUE(notices.empty());
}

/// Loopback hands trains over as they were sent, so one call brings more than a burst.
TEST_F(UdpOffloadTest, TakesTrainsApartABurstAtATime) {
  const auto from = open({});
  const auto all = datagrams(kFullBurst);
  ASSERT_EQ(send_all(*from, all), kPacketBurst);
  ASSERT_EQ(send_all(*from, all), kPacketBurst);
  ASSERT_TRUE(to->receive(buffers, PathId{2}));
  for (int burst = 0; burst < 2; ++burst) {
    ASSERT_EQ(buffers.take(received), kPacketBurst) << "without UDP_GRO: 64 messages at most";
    for (std::size_t i = 0; i < kPacketBurst; ++i) {
      EXPECT_TRUE(std::equal(all[i].begin(), all[i].end(), received[i].payload.begin(),
                             received[i].payload.end()));
      EXPECT_EQ(received[i].came_by.path, PathId{2});
      EXPECT_EQ(received[i].came_by.gateway, name_of(*from));
    }
  }
  EXPECT_EQ(buffers.take(received), 0u);
}

TEST_F(UdpOffloadTest, SendsOneByOneWhereTrainsAreRefusedAndSaysSoOnce) {
  for (const int error : {EIO, EINVAL, ENOPROTOOPT, EOPNOTSUPP}) {
    kernel = {};
    notices.clear();
    kernel.error_for_trains = error;
    const auto from = open({send});
    expect_carried(*from, {90, 1000, 1000, 1000, 7, 1452, 1452});
    EXPECT_FALSE(from->uses_trains());
    const unsigned tried = kernel.trains;
    expect_carried(*from, kFullBurst);
    EXPECT_EQ(kernel.trains, tried) << "remembered";
    ASSERT_EQ(notices.size(), 1u);
    EXPECT_NE(notices[0].find(std::strerror(error)), std::string::npos) << notices[0];
    EXPECT_NE(notices[0].find("lo, 127.0.0.1"), std::string::npos) << notices[0];
  }
}

/// A path's MTU is no property of the device: it may be another path's turn in a moment.
TEST_F(UdpOffloadTest, SendsOneTrainOneByOneWhereItIsTooLongForThePath) {
  kernel.error_for_trains = EMSGSIZE;
  const auto from = open({send});
  expect_carried(*from, kFullBurst);
  EXPECT_TRUE(from->uses_trains());
  kernel.error_for_trains = 0;
  expect_carried(*from, kFullBurst);
  EXPECT_TRUE(notices.empty());
}

TEST_F(UdpOffloadTest, BlamesNoTrainWhereNothingCanBeSent) {
  kernel.error_for_all = EINVAL;
  const auto from = open({send});
  EXPECT_EQ(send_all(*from, datagrams(kFullBurst)), 0u);
  EXPECT_TRUE(from->uses_trains());
  kernel.error_for_all = 0;
  expect_carried(*from, kFullBurst);
  EXPECT_TRUE(notices.empty());
}

TEST_F(UdpOffloadTest, DoesWithoutOnAKernelThatKnowsNoTrains) {
  UdpCalls old_kernel{send};
  old_kernel.set_option = refuse_option;
  const auto from = open(old_kernel);
  EXPECT_FALSE(from->uses_trains());
  EXPECT_EQ(notices.size(), 2u) << "one for each direction";
  expect_carried(*from, kFullBurst);
  EXPECT_EQ(kernel.trains, 0u);
  to = open(old_kernel);
  expect_carried(*from, kFullBurst);
}

}  // namespace
}  // namespace jvpn::client
