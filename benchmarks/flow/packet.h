// SPDX-License-Identifier: Apache-2.0
// A numbered datagram of the measuring flow and how its arrival is recorded. Both ends run on one
// machine (in different network namespaces), so their CLOCK_MONOTONIC is the same.
#pragma once

#include <cstdint>
#include <cstring>
#include <ctime>
#include <span>

namespace jvpn::flow {

inline constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
inline constexpr std::uint64_t kMagic =
    0x6a76'706e'666c'6f77;  // "jvpnflow": strangers are not counted

/// What a datagram begins with; host byte order, as it never leaves the machine. The rest is zeros.
struct Stamp {
  std::uint64_t magic = kMagic;
  std::uint64_t number = 0;
  std::uint64_t sent_ns = 0;
};

/// One line of the arrivals file: three little-endian 64-bit words, in the order of arrival.
struct Arrival {
  std::uint64_t number = 0;
  std::uint64_t sent_ns = 0;
  std::uint64_t arrived_ns = 0;
};
static_assert(sizeof(Arrival) == 24);

/// CLOCK_MONOTONIC in nanoseconds.
inline std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNanosecondsPerSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace jvpn::flow
