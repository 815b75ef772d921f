// SPDX-License-Identifier: Apache-2.0
#include "memory_port.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include <algorithm>

namespace jvpn::bench {

MemoryPort::MemoryPort(std::uint16_t id) : id_(id) {
  for (std::size_t i = 0; i < kMaxQueues; ++i) data_[i] = &queues_[i];
  auto& port = rte_eth_fp_ops[id];
  port.rx_pkt_burst = receive;
  port.tx_pkt_burst = transmit;
  for (rte_ethdev_qdata* queues : {&port.rxq, &port.txq}) {
    queues->data = data_.data();
    queues->clbk = no_callbacks_.data();
  }
}

MemoryPort::~MemoryPort() {
  rte_eth_fp_ops[id_] = {};
}

void MemoryPort::feed(std::size_t queue, std::span<rte_mbuf*> frames) {
  queues_[queue].next = frames.data();
  queues_[queue].end = frames.data() + frames.size();
  queues_[queue].due = nullptr;
  queues_[queue].calls = 0;
}

void MemoryPort::feed_paced(std::size_t queue, std::span<rte_mbuf*> frames,
                            const std::uint64_t* due, std::uint64_t since) {
  feed(queue, frames);
  queues_[queue].due = due;
  queues_[queue].since = since;
}

void MemoryPort::feed_evenly(std::size_t queue, std::span<rte_mbuf*> frames, std::size_t calls) {
  feed(queue, frames);
  queues_[queue].calls = calls;
  queues_[queue].call = 0;
}

void MemoryPort::note_times(std::size_t queue, std::uint64_t* times) {
  queues_[queue].times = times;
}

/// Of `left` frames, so that the last call gets the last one.
std::size_t MemoryPort::share_of_call(Queue& from, std::size_t left) {
  const std::size_t calls_left = from.call < from.calls ? from.calls - from.call : 1;
  ++from.call;
  return left / calls_left;
}

std::uint16_t MemoryPort::receive(void* queue, rte_mbuf** frames, std::uint16_t count) {
  Queue& from = *static_cast<Queue*>(queue);
  if (from.hook != nullptr) from.hook->on_receive();
  const auto left = static_cast<std::size_t>(from.end - from.next);
  auto got = std::min<std::size_t>(count, left);
  if (from.calls != 0) got = std::min(got, share_of_call(from, left));
  if (from.due != nullptr) {
    const std::uint64_t now = rte_rdtsc() - from.since;
    got = static_cast<std::size_t>(std::upper_bound(from.due, from.due + got, now) - from.due);
    from.due += got;
  }
  std::copy_n(from.next, got, frames);
  from.next += got;
  return static_cast<std::uint16_t>(got);
}

std::uint16_t MemoryPort::transmit(void* queue, rte_mbuf** frames, std::uint16_t count) {
  Queue& to = *static_cast<Queue*>(queue);
  for (std::uint16_t i = 0; i < count; ++i) {
    to.descriptors[(to.sent + i) % kDescriptors] = frames[i];
  }
  to.sent += count;
  if (to.kept != nullptr) to.kept = std::copy_n(frames, count, to.kept);
  if (to.times != nullptr) to.times = std::fill_n(to.times, count, rte_rdtsc());
  return count;
}

}  // namespace jvpn::bench
