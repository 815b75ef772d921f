// SPDX-License-Identifier: Apache-2.0
// Where the worker waits between two slices: in the receive call that opens its turn. The worker's
// thread is the product's own, in its own loop; only the "driver" holds it up.
//
//   benchmark  release() ......................... is_over()  took()
//   worker     begin | turn | turn | ... | turn | end
#pragma once

#include <rte_cycles.h>
#include <rte_pause.h>

#include <atomic>

#include "benchmarks/dataplane/memory_port.h"
#include "benchmarks/dataplane/slice.h"

namespace jvpn::bench {

/// One slice of a worker's time (TSC).
struct SliceTime {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool undisturbed = false;  ///< the kernel left the core to it
  double cycles() const { return static_cast<double>(end - begin); }
};

class SliceGate final : public ReceiveHook {
 public:
  /// A slice is over when neither port has a frame left.
  SliceGate(MemoryPort& first, MemoryPort& second) : first_(first), second_(second) {}

  // ---- benchmark's thread ----
  /// One more slice, of that many receive calls at least.
  void release(unsigned least_calls) {
    least_calls_ = least_calls;
    state_.store(State::running, std::memory_order_release);  // partner: on_receive()
  }
  // Acquire; partner: the end of a slice in on_receive().
  bool is_over() const { return state_.load(std::memory_order_acquire) == State::over; }
  /// Of the slice that is over.
  const SliceTime& took() const { return took_; }
  /// Nobody waits here any more.
  void open() { state_.store(State::open, std::memory_order_release); }

  // ---- worker ----
  void on_receive() override {
    if (in_slice_) {
      if (left_ > 0) --left_;
      if (left_ > 0 || first_.has_left(0) || second_.has_left(0)) return;
      end();
    }
    while (state_.load(std::memory_order_acquire) == State::over) rte_pause();
    if (state_.load(std::memory_order_relaxed) == State::running) begin();
  }

 private:
  enum class State : std::uint8_t { over, running, open };

  void begin() {
    in_slice_ = true;
    left_ = least_calls_;
    switches_ = involuntary_switches();
    took_.begin = rte_rdtsc_precise();
    first_.count_from(0, took_.begin);
    second_.count_from(0, took_.begin);
  }
  void end() {
    took_.end = rte_rdtsc_precise();
    took_.undisturbed = involuntary_switches() == switches_;
    in_slice_ = false;
    auto running = State::running;  // unless it was opened meanwhile
    state_.compare_exchange_strong(running, State::over, std::memory_order_release);
  }

  MemoryPort& first_;
  MemoryPort& second_;
  alignas(64) std::atomic<State> state_{State::over};
  unsigned least_calls_ = 0;
  SliceTime took_;
  alignas(64) bool in_slice_ = false;  ///< the worker's own from here on
  unsigned left_ = 0;
  long switches_ = 0;
};

}  // namespace jvpn::bench
