// SPDX-License-Identifier: Apache-2.0
#include "client/os/udp_socket.h"

#include <netinet/udp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "client/os/socket_address.h"

namespace jvpn::client {
namespace {

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78  // linux/in6.h, which does not go together with netinet/in.h
#endif

constexpr int kBufferSize = 4 << 20;

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

/// Datagrams that came together are handed over together (since Linux 5.0).
void ask_for_trains(int fd, const Notice& notice, const UdpCalls& calls) {
  const int on = 1;
  if (calls.set_option(fd, SOL_UDP, UDP_GRO, &on, sizeof on) == 0 || !notice) return;
  notice(std::string("UDP receive offload is refused (") + std::strerror(errno) +
         "): datagrams are received one by one");
}

}  // namespace

Result<UdpSocket> UdpSocket::open(const std::string& interface, const IpAddress& source,
                                  const Notice& notice, const UdpCalls& calls) {
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
  const Notice told = !notice ? Notice() : [=](const std::string& what) {
    notice(interface + ", " + to_string(source) + ": " + what);
  };
  ask_for_trains(fd, told, calls);
  UdpSender sender(fd, told, calls);
  return UdpSocket(std::move(file), source, std::move(sender));
}

}  // namespace jvpn::client
