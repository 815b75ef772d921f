// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flow/sender.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include "benchmarks/flow/packet.h"

namespace jvpn::flow {
namespace {

void sleep_until(std::uint64_t at_ns) {
  timespec at{};
  at.tv_sec = static_cast<time_t>(at_ns / kNanosecondsPerSecond);
  at.tv_nsec = static_cast<long>(at_ns % kNanosecondsPerSecond);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
}

/// Waking up costs more than sending: fast flows leave in small bursts, this many a second.
constexpr std::uint64_t kWakesPerSecond = 2000;
constexpr std::size_t kLargestBurst = 32;

/// Memory of a burst of datagrams, all of one size.
class Burst {
 public:
  Burst(std::size_t count, std::size_t size)
      : count_(count), packets_(count, std::vector<std::byte>(std::max(size, sizeof(Stamp)))) {
    for (std::size_t i = 0; i < count_; ++i) {
      parts_[i] = {packets_[i].data(), packets_[i].size()};
      headers_[i].msg_hdr.msg_iov = &parts_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  std::size_t count() const { return count_; }
  void stamp(std::uint64_t first_number, std::uint64_t now) {
    for (std::size_t i = 0; i < count_; ++i) {
      const Stamp stamp{.number = first_number + i, .sent_ns = now};
      std::memcpy(packets_[i].data(), &stamp, sizeof(stamp));
    }
  }
  /// How many our kernel refused. A pending ICMP error of an earlier datagram is read by a failed
  /// send and must not cost this one: each is tried twice.
  std::uint64_t send(int fd) {
    std::uint64_t refused = 0;
    bool tried = false;
    for (std::size_t done = 0; done < count_;) {
      const int sent = sendmmsg(fd, &headers_[done], static_cast<unsigned>(count_ - done), 0);
      if (sent > 0) {
        done += static_cast<std::size_t>(sent);
        tried = false;
      } else if (tried) {
        ++refused;
        ++done;
        tried = false;
      } else {
        tried = true;
      }
    }
    return refused;
  }

 private:
  std::size_t count_;
  std::vector<std::vector<std::byte>> packets_;
  std::array<iovec, kLargestBurst> parts_{};
  std::array<mmsghdr, kLargestBurst> headers_{};
};

}  // namespace

SendReport send_flow(const SendPlan& plan) {
  const int fd = connected_socket(plan.to);
  Burst burst(std::clamp<std::uint64_t>(plan.rate_hz / kWakesPerSecond, 1, kLargestBurst),
              plan.size);
  SendReport report;
  report.period_ns = kNanosecondsPerSecond / plan.rate_hz;
  report.start_ns = monotonic_ns() + report.period_ns;
  const auto total = static_cast<std::uint64_t>(plan.seconds * static_cast<double>(plan.rate_hz));

  while (report.sent + burst.count() <= total) {
    const std::uint64_t due = report.start_ns + report.sent * report.period_ns;
    sleep_until(due);
    if (stop_requested()) break;
    const std::uint64_t now = monotonic_ns();
    report.late_ns_max = std::max(report.late_ns_max, now > due ? now - due : 0);
    burst.stamp(report.sent, now);
    report.errors += burst.send(fd);
    report.sent += burst.count();
  }
  close(fd);
  return report;
}

}  // namespace jvpn::flow
