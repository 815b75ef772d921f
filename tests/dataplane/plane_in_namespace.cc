// SPDX-License-Identifier: Apache-2.0
#include "plane_in_namespace.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace jvpn::test {
namespace {

sockaddr_in to_sockaddr(const Endpoint& at) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(at.port);
  std::memcpy(&out.sin_addr, at.address.bytes.data() + 12, 4);
  return out;
}

}  // namespace

Instant boot_time() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return Instant{std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec};
}

UdpSocket::UdpSocket(const Endpoint& local) : fd_(socket(AF_INET, SOCK_DGRAM, 0)) {
  const sockaddr_in at = to_sockaddr(local);
  EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
}

UdpSocket::~UdpSocket() {
  close(fd_);
}

void UdpSocket::send(const Endpoint& to, ByteView payload) const {
  const sockaddr_in at = to_sockaddr(to);
  sendto(fd_, payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&at), sizeof at);
}

std::optional<Packet> UdpSocket::receive() const {
  pollfd wait{fd_, POLLIN, 0};
  if (poll(&wait, 1, 5) != 1) return std::nullopt;
  Packet out(2048);
  const ssize_t size = recv(fd_, out.data(), out.size(), 0);
  if (size < 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(size));
  return out;
}

bool runs_well_beside(DataPlane& plane, const char* command) {
  const char* const arguments[] = {"sh", "-c", command, nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, "/bin/sh", nullptr, nullptr, const_cast<char**>(arguments), environ) !=
      0) {
    return false;
  }
  int status = -1;
  while (waitpid(child, &status, WNOHANG) == 0) plane.step(boot_time());
  return status == 0;
}

void PlaneInNamespace::start(const char* topology, PlaneConfig config) {
  if (unshare(CLONE_NEWNET) != 0) return;
  ASSERT_EQ(std::system(topology), 0);
  config.control_core = usable_cores().first;
  config.power = Power::adaptive;
  auto started = DataPlane::start(config);
  ASSERT_TRUE(started.has_value()) << started.error().what;
  plane_ = std::move(*started);
  ASSERT_TRUE(plane_->launch().has_value());
}

std::pair<unsigned, unsigned> usable_cores() {
  cpu_set_t cores;
  sched_getaffinity(0, sizeof cores, &cores);
  unsigned first = CPU_SETSIZE;
  unsigned last = 0;
  for (unsigned core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &cores)) continue;
    first = std::min(first, core);
    last = core;
  }
  return {first, last};
}

}  // namespace jvpn::test
