// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flow/sender.h"

#include <unistd.h>

#include <algorithm>
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

}  // namespace

SendReport send_flow(const SendPlan& plan) {
  const int fd = connected_socket(plan.to);
  std::vector<std::byte> packet(std::max(plan.size, sizeof(Stamp)));
  SendReport report;
  report.period_ns = kNanosecondsPerSecond / plan.rate_hz;
  report.start_ns = monotonic_ns() + report.period_ns;
  const auto total = static_cast<std::uint64_t>(plan.seconds * static_cast<double>(plan.rate_hz));

  while (report.sent < total) {
    const std::uint64_t due = report.start_ns + report.sent * report.period_ns;
    sleep_until(due);
    if (stop_requested()) break;
    const std::uint64_t now = monotonic_ns();
    report.late_ns_max = std::max(report.late_ns_max, now > due ? now - due : 0);
    const Stamp stamp{.number = report.sent, .sent_ns = now};
    std::memcpy(packet.data(), &stamp, sizeof(stamp));
    // An earlier ICMP error must not cost this number its packet: the pending error is read by a
    // failed send.
    const bool sent = send(fd, packet.data(), packet.size(), 0) >= 0 ||
                      send(fd, packet.data(), packet.size(), 0) >= 0;
    report.errors += sent ? 0 : 1;
    ++report.sent;
  }
  close(fd);
  return report;
}

}  // namespace jvpn::flow
