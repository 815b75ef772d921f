// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rte_pause.h>

#include <atomic>
#include <cstdint>

namespace jvpn::bench {

/// Where threads wait for each other, again and again. They spin: a thread that is woken starts
/// half a slice later than the one that woke it (std::barrier sleeps).
class StartLine {
 public:
  explicit StartLine(std::uint32_t threads) : threads_(threads) {}

  void wait() {
    // Acquire, release: what each did before the line is seen by all behind it.
    const std::uint32_t round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    while (round_.load(std::memory_order_acquire) == round) rte_pause();
  }

 private:
  const std::uint32_t threads_;
  alignas(64) std::atomic<std::uint32_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> round_{0};
};

}  // namespace jvpn::bench
