// SPDX-License-Identifier: Apache-2.0
#include "apps/client/poller.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace jvpn::client {
namespace {

std::uint64_t pack(Poller::Source source, std::uint32_t slot) {
  return std::uint64_t{static_cast<std::uint32_t>(source)} << 32 | slot;
}

Error system_error(const char* what) {
  return {std::string(what) + ": " + std::strerror(errno)};
}

FileHandle open_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ending, signal);
  if (sigprocmask(SIG_BLOCK, &ending, nullptr) != 0) return FileHandle();
  return FileHandle(signalfd(-1, &ending, SFD_NONBLOCK | SFD_CLOEXEC));
}

}  // namespace

Poller::Poller(FileHandle epoll, FileHandle timer, FileHandle signals)
    : epoll_(std::move(epoll)), timer_(std::move(timer)), signals_(std::move(signals)) {}

Result<Poller> Poller::create() {
  FileHandle epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return tl::unexpected(system_error("epoll"));
  FileHandle timer(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer.is_open()) return tl::unexpected(system_error("timerfd"));
  FileHandle signals = open_signals();
  if (!signals.is_open()) return tl::unexpected(system_error("signalfd"));
  Poller poller(std::move(epoll), std::move(timer), std::move(signals));
  for (const auto& [fd, source] : {std::pair{poller.timer_.get(), Source::timer},
                                   std::pair{poller.signals_.get(), Source::signal}}) {
    if (auto watched = poller.watch(fd, source); !watched) return tl::unexpected(watched.error());
  }
  return poller;
}

Result<void> Poller::watch(int fd, Source source, std::uint32_t slot) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = pack(source, slot);
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return tl::unexpected(system_error("epoll_ctl"));
}

void Poller::set_wanted(int fd, Source source, bool wanted) {
  epoll_event event{};
  event.events = wanted ? EPOLLIN : 0u;
  event.data.u64 = pack(source, 0);
  epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::arm(Instant deadline) {
  if (deadline == armed_) return;
  armed_ = deadline;
  itimerspec when{};  // zero disarms; a deadline at or before zero must not
  if (deadline != Instant::never()) {
    const std::int64_t ns = std::max<std::int64_t>(deadline.ns, 1);
    when.it_value = {ns / 1'000'000'000, ns % 1'000'000'000};
  }
  timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

std::span<const Poller::Ready> Poller::wait(Instant deadline) {
  arm(deadline);
  std::array<epoll_event, kMostReady> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kMostReady, -1);
  const std::size_t found = count > 0 ? static_cast<std::size_t>(count) : 0;
  for (std::size_t i = 0; i < found; ++i) {
    const std::uint64_t data = events[i].data.u64;
    ready_[i] = {static_cast<Source>(data >> 32), static_cast<std::uint32_t>(data)};
    if (ready_[i].source == Source::timer) armed_ = Instant::never();
    if (ready_[i].source != Source::timer && ready_[i].source != Source::signal) continue;
    std::array<char, sizeof(signalfd_siginfo)> drained;
    [[maybe_unused]] const ssize_t ignored =
        read(ready_[i].source == Source::timer ? timer_.get() : signals_.get(), drained.data(),
             drained.size());
  }
  // What the kernel tells of paths comes before packets, packets in before packets out.
  std::sort(ready_.begin(), ready_.begin() + found,
            [](const Ready& a, const Ready& b) { return a.source < b.source; });
  return std::span(ready_).first(found);
}

}  // namespace jvpn::client
