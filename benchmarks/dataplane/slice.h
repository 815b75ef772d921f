// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_cycles.h>
#include <sys/resource.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace jvpn::bench {

/// How often the kernel has taken the core from this thread for somebody else.
inline long involuntary_switches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

/// TSC cycles that `work` took; nothing when the kernel gave the core to somebody else meanwhile.
template <class Work>
std::optional<double> cycles_of(Work&& work) {
  const long before = involuntary_switches();
  const std::uint64_t start = rte_rdtsc_precise();
  work();
  const std::uint64_t took = rte_rdtsc_precise() - start;
  if (involuntary_switches() != before) return std::nullopt;
  return static_cast<double>(took);
}

/// Of an odd number or many; 0 when there is none.
inline double median(std::vector<double> samples) {
  if (samples.empty()) return 0;
  const auto middle = samples.begin() + static_cast<long>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

}  // namespace jvpn::bench
