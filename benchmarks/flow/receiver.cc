// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flow/receiver.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace jvpn::flow {
namespace {

constexpr std::size_t kArrivalsAhead =
    1 << 20;  // memory before the first packet: 17 minutes at 1 kHz
constexpr int kPollMs = 50;

bool read_one(int fd, Arrival& arrival) {
  std::array<std::byte, 2048> packet;
  const ssize_t length = recv(fd, packet.data(), packet.size(), MSG_DONTWAIT);
  Stamp stamp;
  if (length < static_cast<ssize_t>(sizeof(stamp))) return false;
  std::memcpy(&stamp, packet.data(), sizeof(stamp));
  if (stamp.magic != kMagic) return false;
  arrival = {.number = stamp.number, .sent_ns = stamp.sent_ns, .arrived_ns = monotonic_ns()};
  return true;
}

}  // namespace

std::vector<Arrival> receive_flow(const Endpoint& local, double seconds) {
  const int fd = bound_socket(local);
  std::vector<Arrival> arrivals;
  arrivals.reserve(kArrivalsAhead);
  const std::uint64_t end =
      monotonic_ns() + static_cast<std::uint64_t>(seconds * double(kNanosecondsPerSecond));
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  while (!stop_requested() && monotonic_ns() < end) {
    if (poll(&wait, 1, kPollMs) <= 0) continue;
    Arrival arrival;
    while (read_one(fd, arrival)) arrivals.push_back(arrival);
  }
  close(fd);
  return arrivals;
}

ReceiveSummary summarize(std::span<const Arrival> arrivals, std::uint64_t sent) {
  ReceiveSummary sum;
  std::vector<bool> seen(sent);
  std::uint64_t numbers = sent;  // 0 .. numbers - 1 should have come
  std::uint64_t highest = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const Arrival& one = arrivals[i];
    numbers = std::max(numbers, one.number + 1);
    seen.resize(numbers);
    sum.reordered += one.number < highest ? 1 : 0;
    highest = std::max(highest, one.number);
    (seen[one.number] ? sum.duplicated : sum.received) += 1;
    seen[one.number] = true;
    if (i > 0) {
      sum.longest_silence_ns =
          std::max(sum.longest_silence_ns, one.arrived_ns - arrivals[i - 1].arrived_ns);
    }
  }
  sum.lost = numbers - sum.received;
  return sum;
}

}  // namespace jvpn::flow
