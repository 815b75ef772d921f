// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker.h"

#include <rte_ethdev.h>
#include <rte_pause.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "dataplane/downlink.h"
#include "dataplane/finish.h"
#include "dataplane/hold.h"
#include "dataplane/hold_buffers.h"
#include "dataplane/inject.h"
#include "dataplane/uplink.h"

namespace jvpn {

std::size_t Worker::turn() {
  turn_.mailbox.expect_injected();
  begin_turn();
  turn_.control.begin_turn();
  plane_.table->move_retired(turn_.worker);
  receive();
  const Injected injected = take_injected(turn_);
  std::size_t handled = injected.count;
  for (auto link = plane_.links.rbegin(); link != plane_.links.rend(); ++link) {
    handled += serve_received(*link);
    for (std::uint8_t from = 0; from < plane_.workers; ++from) {
      if (from != turn_.worker) handled += serve(*link, take_over(*link, from));
    }
  }
  tend_holders(turn_);
  send_injected(turn_, injected);
  plane_.table->quiescent(turn_.worker);
  was_busy_ = handled != 0;
  return handled;
}

/// A turn's time is known when the next one begins: the clock is read once for both.
void Worker::begin_turn() {
  look_at_clock();
  time_passed_ = false;
  const Duration spent = turn_.now - std::exchange(turn_began_, turn_.now);
  if (spent.count() == turn_.now.ns) return;  // there was none before
  (was_busy_ ? counters_.busy_ns : counters_.idle_ns)
      .add(static_cast<std::uint64_t>(spent.count()));
}

std::size_t Worker::serve(const Link& link, std::size_t count) {
  if (count == 0) return 0;
  if (std::exchange(time_passed_, true)) look_at_clock();
  burst_.begin(count);
  if (link.plaintext) {
    downlink(turn_, link, burst_);
    fetch_sessions();
  } else {
    uplink(turn_, link, burst_);
  }
  // Once more: the deadline may have passed while the burst was being worked on.
  if (!plane_.is_serving(clock_())) withhold(burst_);
  finish(turn_, link, burst_);
  if (plane_.workers > 1) note_handed_over(link);
  return count;
}

void Worker::note_handed_over(const Link& link) {
  const PacketSet given = burst_.with(Verdict::handed_over);
  if (given.size() == 0) return;
  counters_.handed_over[link.index].add(given.size());
  for (const std::size_t i : given) given_to_ |= std::uint64_t{1} << burst_.owner[i];
}

void Worker::look_at_clock() {
  turn_.now = std::max(turn_.now, clock_());
  turn_.serving = plane_.is_serving(turn_.now);
}

/// From all links before anything is done with it: what is few comes near while the many are
/// worked on.
void Worker::receive() {
  for (const Link& link : plane_.links) {
    Received& received = received_[link.index];
    received.count = rte_eth_rx_burst(link.device, turn_.worker, received.frames.data(), kBurst);
    if (received.count == 0) continue;
    counters_.rx[link.index].add(received.count);
    fetch_few(received);
  }
}

/// Between working on plaintext and sending it: underlays come next.
void Worker::fetch_sessions() {
  for (std::size_t i = 0; i < turn_.underlays; ++i) {
    fetch_sessions_of_few(*plane_.table, received_[i]);
  }
}

std::size_t Worker::serve_received(const Link& link) {
  const Received& received = received_[link.index];
  std::copy_n(received.frames.data(), received.count, burst_.frame.data());
  return serve(link, received.count);
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
  if (doze_ != nullptr && handled != 0) return wake_receivers();
  if (doze_ != nullptr && idle_turns_ > kIdleTurns) return sleep();
  if (handled == 0) rte_pause();
}

/// Adaptive only: who got frames from us may sleep.
void Worker::wake_receivers() {
  doze_->stir();
  for (std::uint64_t left = std::exchange(given_to_, 0); left != 0; left &= left - 1) {
    bells_[static_cast<std::size_t>(std::countr_zero(left))]->ring();
  }
}

/// Adaptive only. One turn more when everything can wake us: what came before that rang no bell.
void Worker::sleep() {
  doze_->arm();
  if (turn() == 0) {
    const Instant before = clock_();
    plane_.table->reader_offline(turn_.worker);  // nobody waits for a sleeper
    doze_->wait(turn_.holds != nullptr && !turn_.holds->empty());
    plane_.table->reader_online(turn_.worker);
    const Duration slept = std::max(Duration::zero(), clock_() - before);
    counters_.asleep_ns.add(static_cast<std::uint64_t>(slept.count()));
  } else {
    idle_turns_ = 0;
    wake_receivers();
  }
  doze_->disarm();
}

}  // namespace jvpn
