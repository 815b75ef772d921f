// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flow/socket.h"

#include <arpa/inet.h>
#include <sched.h>
#include <sys/mman.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace jvpn::flow {
namespace {

volatile std::sig_atomic_t g_stop = 0;

void on_signal(int) {
  g_stop = 1;
}

in_port_t parse_port(const std::string& text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port > 65535) {
    throw std::invalid_argument("not a port: " + text);
  }
  return htons(static_cast<in_port_t>(port));
}

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

int open_socket(const Endpoint& end) {
  const int fd = checked(socket(end.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  const int room = 4 << 20;  // an outage's backlog must not be lost at our own receiver
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));  // as much as is allowed
  }
  return fd;
}

}  // namespace

Endpoint parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) throw std::invalid_argument("expected address:port: " + text);
  std::string host = text.substr(0, colon);
  const in_port_t port = parse_port(text.substr(colon + 1));
  Endpoint end;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    if (inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) {
      throw std::invalid_argument("not an IPv6 address: " + host);
    }
    std::memcpy(&end.address, &six, sizeof(six));
    end.length = sizeof(six);
    return end;
  }
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = port;
  if (inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) {
    throw std::invalid_argument("not an IPv4 address: " + host);
  }
  std::memcpy(&end.address, &four, sizeof(four));
  end.length = sizeof(four);
  return end;
}

int bound_socket(const Endpoint& local) {
  const int fd = open_socket(local);
  checked(bind(fd, local.raw(), local.length), "bind");
  return fd;
}

int connected_socket(const Endpoint& peer) {
  const int fd = open_socket(peer);
  checked(connect(fd, peer.raw(), peer.length), "connect");
  return fd;
}

bool become_punctual() {
  mlockall(MCL_CURRENT | MCL_FUTURE);
  sched_param priority{};
  priority.sched_priority = 10;
  return sched_setscheduler(0, SCHED_FIFO, &priority) == 0;
}

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART, so that a waiting call returns
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool stop_requested() {
  return g_stop != 0;
}

}  // namespace jvpn::flow
