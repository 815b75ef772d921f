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

/// Told of each receive call of a queue, on the worker's thread, before it gets anything.
class ReceiveHook {
 public:
  virtual ~ReceiveHook() = default;
  virtual void on_receive() = 0;
};

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
  /// The same, each frame not before its time (TSC, counted from `since`), in order of time.
  void feed_paced(std::size_t queue, std::span<rte_mbuf*> frames, const std::uint64_t* due,
                  std::uint64_t since = 0);
  /// Times of what is fed count from here on (worker's thread, or before it runs).
  void count_from(std::size_t queue, std::uint64_t since) { queues_[queue].since = since; }
  /// The same, spread evenly over that many receive calls.
  void feed_evenly(std::size_t queue, std::span<rte_mbuf*> frames, std::size_t calls);
  /// Whether frames that were fed have not been received yet.
  bool has_left(std::size_t queue) const { return queues_[queue].next != queues_[queue].end; }
  /// Null: nobody is told any longer.
  void set_hook(std::size_t queue, ReceiveHook* hook) { queues_[queue].hook = hook; }
  /// From now on a queue notes for each frame when it was sent (TSC); null: no longer.
  void note_times(std::size_t queue, std::uint64_t* times);
  /// From now on a queue puts each frame that was sent there too; null: no longer.
  void keep_sent(std::size_t queue, rte_mbuf** frames) { queues_[queue].kept = frames; }
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
    std::uint64_t since = 0;             ///< added to `due`
    std::uint64_t* times = nullptr;      ///< where the next one goes; null: nowhere
    rte_mbuf** kept = nullptr;           ///< the same
    ReceiveHook* hook = nullptr;
    std::size_t calls = 0;  ///< over which `next` is spread; 0: no matter
    std::size_t call = 0;   ///< which of them is the next
    std::array<rte_mbuf*, kDescriptors> descriptors{};
  };
  static std::size_t share_of_call(Queue& from, std::size_t left);
  static std::uint16_t receive(void* queue, rte_mbuf** frames, std::uint16_t count);
  static std::uint16_t transmit(void* queue, rte_mbuf** frames, std::uint16_t count);

  std::uint16_t id_;
  std::array<Queue, kMaxQueues> queues_{};
  std::array<void*, kMaxQueues> data_{};
  std::array<void*, kMaxQueues> no_callbacks_{};
};

}  // namespace jvpn::bench
