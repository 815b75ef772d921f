// SPDX-License-Identifier: Apache-2.0
#include "client/os/udp_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/ensure.h"
#include "client/os/socket_address.h"

namespace jvpn::client {
namespace {

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78  // linux/in6.h, which does not go together with netinet/in.h
#endif

constexpr int kBufferSize = 4 << 20;
constexpr int kRoomWaitMs = 2;

Error refusal(const std::string& interface, const IpAddress& source) {
  const std::string what = "socket on " + interface + " from " + to_string(source) + ": ";
  if (errno == EPERM) return {what + "not permitted: needs CAP_NET_RAW, run as root"};
  if (errno == ENODEV) return {what + "no such interface"};
  return {what + std::strerror(errno)};
}

void enlarge_buffers(int fd) {
  for (const auto& [forced, asked] :
       {std::pair{SO_RCVBUFFORCE, SO_RCVBUF}, std::pair{SO_SNDBUFFORCE, SO_SNDBUF}}) {
    if (setsockopt(fd, SOL_SOCKET, forced, &kBufferSize, sizeof kBufferSize) == 0) continue;
    setsockopt(fd, SOL_SOCKET, asked, &kBufferSize, sizeof kBufferSize);  // as much as is allowed
  }
}

/// When the kernel promotes a secondary address, that address is not local for a moment. Binding to
/// it must not fail then; what is sent meanwhile fails and is repeated.
void allow_address_to_come(int fd, int family) {
  const int on = 1;
  if (family == AF_INET) {
    setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  } else {
    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
  }
}

/// A full send buffer empties within microseconds; waiting briefly beats losing the burst.
bool wait_for_room(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  return poll(&wanted, 1, kRoomWaitMs) == 1 && (wanted.revents & POLLOUT) != 0;
}

}  // namespace

struct ReceiveBuffers::Memory {
  std::array<Bytes<kSize>, kPacketBurst> slots;
  std::array<iovec, kPacketBurst> parts;
  std::array<sockaddr_storage, kPacketBurst> sources;
  std::array<mmsghdr, kPacketBurst> headers;
};

ReceiveBuffers::ReceiveBuffers() : memory_(std::make_unique<Memory>()) {
  for (std::size_t i = 0; i < kPacketBurst; ++i) {
    memory_->parts[i] = {memory_->slots[i].data(), kSize};
    msghdr& header = memory_->headers[i].msg_hdr;
    header = {};
    header.msg_name = &memory_->sources[i];
    header.msg_iov = &memory_->parts[i];
    header.msg_iovlen = 1;
  }
}
ReceiveBuffers::~ReceiveBuffers() = default;

ByteSpan ReceiveBuffers::slot(std::size_t i) {
  return memory_->slots[i];
}

Result<UdpSocket> UdpSocket::open(const std::string& interface, const IpAddress& source) {
  const int family = source.is_v4() ? AF_INET : AF_INET6;
  FileHandle file(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!file.is_open()) return tl::unexpected(refusal(interface, source));
  const int fd = file.get();
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                 static_cast<socklen_t>(interface.size())) != 0) {
    return tl::unexpected(refusal(interface, source));
  }
  allow_address_to_come(fd, family);
  const SocketAddress local = to_socket_address({source, 0});
  if (bind(fd, reinterpret_cast<const sockaddr*>(&local.storage), local.size) != 0) {
    return tl::unexpected(refusal(interface, source));
  }
  enlarge_buffers(fd);
  return UdpSocket(std::move(file), source);
}

std::size_t UdpSocket::send(std::span<const ByteView> payloads, const Endpoint& to) const {
  ensure(payloads.size() <= kPacketBurst, "the caller sends no more than a burst");
  SocketAddress destination = to_socket_address(to);
  std::array<iovec, kPacketBurst> parts;
  std::array<mmsghdr, kPacketBurst> headers;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    parts[i] = {const_cast<std::uint8_t*>(payloads[i].data()), payloads[i].size()};
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &destination.storage;
    headers[i].msg_hdr.msg_namelen = destination.size;
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t sent = 0;
  while (sent < payloads.size()) {
    const int count =
        sendmmsg(fd(), headers.data() + sent, static_cast<unsigned>(payloads.size() - sent), 0);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      if (!wait_for_room(fd())) break;
    } else if (errno != EINTR && errno != ECONNREFUSED) {
      break;  // ECONNREFUSED is the echo of an earlier datagram; this one was not tried yet
    }
  }
  return sent;
}

std::size_t UdpSocket::receive(ReceiveBuffers& buffers, PathId path,
                               std::span<ReceivedDatagram> out) const {
  ensure(out.size() <= kPacketBurst, "there is memory for one burst");
  ReceiveBuffers::Memory& memory = *buffers.memory_;
  for (std::size_t i = 0; i < out.size(); ++i) {
    memory.headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
  }
  const int count = recvmmsg(fd(), memory.headers.data(), static_cast<unsigned>(out.size()),
                             MSG_DONTWAIT, nullptr);
  if (count <= 0) return 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const Endpoint from = to_endpoint(memory.sources[i]);
    out[i] = {Route{path, source_, from},
              ByteSpan(memory.slots[i]).first(memory.headers[i].msg_len)};
  }
  return static_cast<std::size_t>(count);
}

}  // namespace jvpn::client
