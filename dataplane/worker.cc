// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_pause.h>

#include "dataplane/downlink.h"
#include "dataplane/finish.h"
#include "dataplane/hold.h"
#include "dataplane/inject.h"
#include "dataplane/uplink.h"

namespace jvpn {

std::size_t Worker::turn() {
  look_at_clock();
  turn_.control.begin_turn();
  plane_.table->move_retired(turn_.worker);
  std::size_t handled = 0;
  for (const Link& link : plane_.links) {
    handled += serve(link, receive(link));
    for (std::uint8_t from = 0; from < plane_.workers; ++from) {
      if (from != turn_.worker) handled += serve(link, take_over(link, from));
    }
  }
  tend_holders(turn_);
  handled += send_injected(turn_);
  plane_.table->quiescent(turn_.worker);
  return handled;
}

std::size_t Worker::serve(const Link& link, std::size_t count) {
  if (count == 0) return 0;
  look_at_clock();
  burst_.begin(count);
  if (link.plaintext) {
    downlink(turn_, link, burst_);
  } else {
    uplink(turn_, link, burst_);
  }
  // Once more: the deadline may have passed while the burst was being worked on.
  if (!plane_.is_serving(clock_())) withhold(burst_);
  finish(turn_, link, burst_);
  return count;
}

void Worker::look_at_clock() {
  turn_.now = std::max(turn_.now, clock_());
  turn_.serving = plane_.is_serving(turn_.now);
}

std::size_t Worker::receive(const Link& link) {
  const std::size_t count =
      rte_eth_rx_burst(link.device, turn_.worker, burst_.frame.data(), kBurst);
  if (count != 0) counters_.rx[link.index].add(count);
  return count;
}

std::size_t Worker::take_over(const Link& link, std::uint8_t from) {
  rte_ring* ring = plane_.handover_ring(from, turn_.worker, link.index);
  // Acquire (in the ring) of the frames' bytes; partner: enqueue in finish().
  const std::size_t count = rte_ring_sc_dequeue_burst(
      ring, reinterpret_cast<void**>(burst_.frame.data()), kBurst, nullptr);
  if (count != 0) counters_.taken_over.add(count);
  return count;
}

void Worker::run(const std::atomic<bool>& stop) {
  plane_.table->reader_online(turn_.worker);
  while (!stop.load(std::memory_order_relaxed)) rest(turn());
  plane_.table->reader_offline(turn_.worker);
}

void Worker::rest(std::size_t handled) {
  idle_turns_ = handled == 0 ? idle_turns_ + 1 : 0;
  if (power_ == Power::adaptive && idle_turns_ > kIdleTurns) {
    rte_delay_us_sleep(kIdleSleepUs);
  } else if (handled == 0) {
    rte_pause();
  }
}

}  // namespace jvpn
