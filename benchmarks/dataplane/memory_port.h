// SPDX-License-Identifier: Apache-2.0
// A port in memory: its receive queues are arrays of frames that somebody laid out, its transmit
// queues count. There is no device behind it, only the two functions that a burst calls, so that
// what is measured begins and ends where a driver would.
#pragma once

#include <rte_mbuf.h>

#include <array>
#include <memory>
#include <span>

namespace jvpn::bench {

class MemoryPort {
 public:
  static constexpr std::size_t kMaxQueues = 4;

  /// `id`: a port number that no device has.
  explicit MemoryPort(std::uint16_t id);
  MemoryPort(const MemoryPort&) = delete;
  MemoryPort& operator=(const MemoryPort&) = delete;
  ~MemoryPort();

  /// What the next receive bursts of a queue will return. The array stays the caller's.
  void feed(std::size_t queue, std::span<rte_mbuf*> frames);
  /// The same, each frame not before its time (TSC), in order of time.
  void feed_paced(std::size_t queue, std::span<rte_mbuf*> frames, const std::uint64_t* due);
  /// From now on a queue notes for each frame when it was sent (TSC); null: no longer.
  void note_times(std::size_t queue, std::uint64_t* times);
  /// Frames that were sent by a queue so far.
  std::size_t sent(std::size_t queue) const { return queues_[queue].sent; }

 private:
  static constexpr std::size_t kDescriptors = 512;
  /// One worker's, on lines of its own. Frames that are sent leave their pointers in a ring, as
  /// they would with a device, and stay the caller's.
  struct alignas(64) Queue {
    rte_mbuf** next = nullptr;
    rte_mbuf** end = nullptr;
    std::size_t sent = 0;
    const std::uint64_t* due = nullptr;  ///< of `next`; null: all are
    std::uint64_t* times = nullptr;      ///< where the next one goes; null: nowhere
    std::array<rte_mbuf*, kDescriptors> descriptors{};
  };
  static std::uint16_t receive(void* queue, rte_mbuf** frames, std::uint16_t count);
  static std::uint16_t transmit(void* queue, rte_mbuf** frames, std::uint16_t count);

  std::uint16_t id_;
  std::array<Queue, kMaxQueues> queues_{};
  std::array<void*, kMaxQueues> data_{};
  std::array<void*, kMaxQueues> no_callbacks_{};
};

}  // namespace jvpn::bench
