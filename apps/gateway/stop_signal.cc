// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/stop_signal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace jvpn {

Result<StopSignal> StopSignal::create() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  const int fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0 || sigprocmask(SIG_BLOCK, &signals, nullptr) != 0) {
    return fail(fmt::format("cannot wait for signals: {}", std::strerror(errno)));
  }
  return StopSignal(fd);
}

StopSignal::StopSignal(StopSignal&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

StopSignal::~StopSignal() {
  if (fd_ >= 0) close(fd_);
}

bool StopSignal::wait(Duration longest) {
  pollfd waiting{fd_, POLLIN, 0};
  const timespec time{longest / 1s, (longest % 1s).count()};
  if (ppoll(&waiting, 1, &time, nullptr) <= 0) return stop_;
  signalfd_siginfo came;
  while (read(fd_, &came, sizeof came) == sizeof came) {
    (came.ssi_signo == SIGHUP ? reload_ : stop_) = true;
  }
  return stop_;
}

}  // namespace jvpn
