// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/udp_port.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/ensure.h"
#include "client/os/socket_address.h"

namespace jvpn::churn {
namespace {

constexpr int kBufferSize = 64 << 20;  ///< a storm's answers come faster than they are worked off
constexpr int kRoomWaitMs = 20;
constexpr std::size_t kControlSize =
    CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(std::uint32_t));

struct alignas(cmsghdr) Control {
  std::array<std::uint8_t, kControlSize> bytes;
};

struct Slot {
  Bytes<UdpPort::kMostBytes> bytes;
  iovec part;
  sockaddr_in peer;
  Control control;
};

void enlarge(int fd, int forced, int asked) {
  if (setsockopt(fd, SOL_SOCKET, forced, &kBufferSize, sizeof kBufferSize) == 0) return;
  setsockopt(fd, SOL_SOCKET, asked, &kBufferSize, sizeof kBufferSize);  // as much as is allowed
}

/// Says where this datagram is to leave from.
void put_source(msghdr& header, Control& control, const IpAddress& from) {
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof(in_pktinfo));
  cmsghdr* part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = IPPROTO_IP;
  part->cmsg_type = IP_PKTINFO;
  part->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  std::memcpy(&info.ipi_spec_dst, from.v4_octets().data(), 4);
  std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

bool wait_for_room(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  return poll(&wanted, 1, kRoomWaitMs) == 1 && (wanted.revents & POLLOUT) != 0;
}

}  // namespace

struct UdpPort::Memory {
  std::array<Slot, kBurst> out;
  std::array<mmsghdr, kBurst> out_headers{};
  std::size_t waiting = 0;
  std::array<Slot, kBurst> in;
  std::array<mmsghdr, kBurst> in_headers{};
  std::array<Arrival, kBurst> arrivals;
  std::uint32_t overrun = 0;  ///< as the kernel counts it

  Memory() {
    for (std::size_t i = 0; i < kBurst; ++i) {
      for (const auto& [slot, header] : {std::pair(&out[i], &out_headers[i].msg_hdr),
                                         std::pair(&in[i], &in_headers[i].msg_hdr)}) {
        slot->part = {slot->bytes.data(), slot->bytes.size()};
        header->msg_name = &slot->peer;
        header->msg_namelen = sizeof(sockaddr_in);
        header->msg_iov = &slot->part;
        header->msg_iovlen = 1;
      }
    }
  }
  void read_control(msghdr& header, Arrival& arrival);
};

UdpPort::UdpPort(client::FileHandle file, std::unique_ptr<Memory> memory)
    : file_(std::move(file)), memory_(std::move(memory)) {}
UdpPort::UdpPort(UdpPort&&) noexcept = default;
UdpPort& UdpPort::operator=(UdpPort&&) noexcept = default;
UdpPort::~UdpPort() = default;

Result<UdpPort> UdpPort::open(const Endpoint& local) {
  client::FileHandle file(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  const client::SocketAddress address = client::to_socket_address(local);
  if (!file.is_open() ||
      bind(file.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      setsockopt(file.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0 ||
      setsockopt(file.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) != 0) {
    return fail(fmt::format("UDP socket at {}: {}", to_string(local), std::strerror(errno)));
  }
  const int whole = IP_PMTUDISC_PROBE;  // and so the kernel need not number datagrams
  setsockopt(file.get(), IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole);
  enlarge(file.get(), SO_RCVBUFFORCE, SO_RCVBUF);
  enlarge(file.get(), SO_SNDBUFFORCE, SO_SNDBUF);
  return UdpPort(std::move(file), std::make_unique<Memory>());
}

void UdpPort::send(ByteView payload, const Endpoint& to, const IpAddress& from) {
  ensure(payload.size() <= kMostBytes, "no datagram of ours is longer");
  if (memory_->waiting == kBurst) flush();
  Slot& slot = memory_->out[memory_->waiting];
  msghdr& header = memory_->out_headers[memory_->waiting++].msg_hdr;
  std::memcpy(slot.bytes.data(), payload.data(), payload.size());
  slot.part.iov_len = payload.size();
  const client::SocketAddress peer = client::to_socket_address(to);
  std::memcpy(&slot.peer, &peer.storage, sizeof slot.peer);
  header.msg_controllen = 0;
  if (!from.is_unset()) put_source(header, slot.control, from);
}

void UdpPort::flush() {
  const std::size_t count = std::exchange(memory_->waiting, 0);
  for (std::size_t done = 0; done < count;) {
    const int sent =
        sendmmsg(fd(), memory_->out_headers.data() + done, static_cast<unsigned>(count - done), 0);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      if (wait_for_room(fd())) continue;
      ++refused_;
      ++done;
    } else if (errno != EINTR && errno != ECONNREFUSED) {  // the latter is an earlier one's echo
      ++refused_;
      ++done;
    }
  }
}

void UdpPort::Memory::read_control(msghdr& header, Arrival& arrival) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      arrival.to = ntohl(info.ipi_addr.s_addr);
    } else if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_RXQ_OVFL) {
      std::memcpy(&overrun, CMSG_DATA(part), sizeof overrun);
    }
  }
}

std::span<const UdpPort::Arrival> UdpPort::receive() {
  Memory& memory = *memory_;
  for (std::size_t i = 0; i < kBurst; ++i) {
    msghdr& header = memory.in_headers[i].msg_hdr;
    header.msg_namelen = sizeof(sockaddr_in);
    header.msg_control = memory.in[i].control.bytes.data();
    header.msg_controllen = kControlSize;
  }
  const int count = recvmmsg(fd(), memory.in_headers.data(), kBurst, MSG_DONTWAIT, nullptr);
  if (count <= 0) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    Slot& slot = memory.in[i];
    Arrival& arrival = memory.arrivals[i];
    arrival.payload = ByteSpan(slot.bytes).first(memory.in_headers[i].msg_len);
    arrival.from = {IpAddress::v4(ntohl(slot.peer.sin_addr.s_addr)), ntohs(slot.peer.sin_port)};
    memory.read_control(memory.in_headers[i].msg_hdr, arrival);
  }
  return std::span(memory.arrivals).first(static_cast<std::size_t>(count));
}

std::uint64_t UdpPort::overrun() const {
  return memory_->overrun;
}

Result<void> check_local(const IpAddress& address, const IpPrefix& block) {
  client::FileHandle file(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const client::SocketAddress local = client::to_socket_address({address, 0});
  if (file.is_open() &&
      bind(file.get(), reinterpret_cast<const sockaddr*>(&local.storage), local.size) == 0) {
    return {};
  }
  return fail(
      fmt::format("--sources: {} is no address of this machine; make the whole block local: "
                  "ip route add local {} dev lo",
                  to_string(address), to_string(block)));
}

}  // namespace jvpn::churn
