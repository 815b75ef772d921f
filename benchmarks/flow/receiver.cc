// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flow/receiver.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace jvpn::flow {
namespace {

constexpr std::size_t kArrivalsAhead =
    1 << 20;  // memory before the first packet: 17 minutes at 1 kHz
constexpr int kPollMs = 50;

/// Datagrams that a socket is asked for at a time.
class Batch {
 public:
  Batch() {
    for (std::size_t i = 0; i < kSize; ++i) {
      parts_[i] = {packets_[i].data(), packets_[i].size()};
      headers_[i].msg_hdr.msg_iov = &parts_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  /// Appends what is there, at most kSize datagrams; returns whether more may be waiting.
  bool read(int fd, std::vector<Arrival>& arrivals) {
    const int count = recvmmsg(fd, headers_.data(), kSize, MSG_DONTWAIT, nullptr);
    const std::uint64_t now = monotonic_ns();
    for (int i = 0; i < count; ++i) {
      Stamp stamp;
      if (headers_[i].msg_len < sizeof(stamp)) continue;
      std::memcpy(&stamp, packets_[i].data(), sizeof(stamp));
      if (stamp.magic != kMagic) continue;
      arrivals.push_back({.number = stamp.number, .sent_ns = stamp.sent_ns, .arrived_ns = now});
    }
    return count == kSize;
  }

 private:
  static constexpr int kSize = 64;
  std::array<std::array<std::byte, 2048>, kSize> packets_;
  std::array<iovec, kSize> parts_{};
  std::array<mmsghdr, kSize> headers_{};
};

}  // namespace

std::vector<Arrival> receive_flow(const Endpoint& local, double seconds) {
  const int fd = bound_socket(local);
  std::vector<Arrival> arrivals;
  arrivals.reserve(kArrivalsAhead);
  const std::uint64_t end =
      monotonic_ns() + static_cast<std::uint64_t>(seconds * double(kNanosecondsPerSecond));
  Batch batch;
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  while (!stop_requested() && monotonic_ns() < end) {
    if (poll(&wait, 1, kPollMs) <= 0) continue;
    while (batch.read(fd, arrivals)) {
    }
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
