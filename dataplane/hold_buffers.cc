// SPDX-License-Identifier: Apache-2.0
#include "dataplane/hold_buffers.h"

#include "base/ensure.h"
#include "dataplane/session_lines.h"

namespace jvpn {

// ---- worker ------------------------------------------------------------------------------------

Holder* HoldBuffers::of(const TableRecord& record, Tag tag) {
  const std::uint32_t index = own(record.control.holder);
  if (index == 0) return nullptr;
  Holder& found = holders_[index];
  return found.tag == tag && found.size() != 0 ? &found : nullptr;
}

Holder* HoldBuffers::next() {
  if (live_count_ == 0) return nullptr;
  if (round_ >= live_count_) round_ = 0;
  return &holders_[live_[round_++]];
}

rte_mbuf* HoldBuffers::take(WorkerCounters& counters) {
  if (held_ == capacity_) {
    drop_oldest(holders_[by_size_[largest_]], Verdict::hold_full, counters);
  }
  return rte_pktmbuf_alloc(pool_);  // made before
}

Holder& HoldBuffers::holder(TableRecord& record, Tag tag) {
  if (Holder* found = of(record, tag)) return *found;
  // As many holders as packets: there is one for each that has a packet, and for this one.
  ensure(live_count_ + 1 < holders_.size(), "a holder has at least one packet");
  const std::uint32_t index = live_[live_count_];
  Holder& made = holders_[index];
  made = Holder{};
  made.tag = tag;
  made.record = &record;
  made.place = live_count_++;
  set(record.control.holder, index);
  return made;
}

void HoldBuffers::append(Holder& holder, HeldQueue& queue, rte_mbuf* frame) {
  unlink(holder);
  held(frame).older = queue.newest;
  held(frame).newer = nullptr;
  (queue.newest == nullptr ? queue.oldest : held(queue.newest).newer) = frame;
  queue.newest = frame;
  ++queue.size;
  ++held_;
  link(holder);
}

void HoldBuffers::insert(Holder& holder, HeldQueue& queue, rte_mbuf* frame, rte_mbuf* newer) {
  unlink(holder);
  rte_mbuf* const older = held(newer).older;
  held(frame).older = older;
  held(frame).newer = newer;
  held(newer).older = frame;
  (older == nullptr ? queue.oldest : held(older).newer) = frame;
  ++queue.size;
  ++held_;
  link(holder);
}

rte_mbuf* HoldBuffers::release(Holder& holder, HeldQueue& queue, WorkerCounters& counters) {
  unlink(holder);
  rte_mbuf* const frame = queue.oldest;
  queue.oldest = held(frame).newer;
  (queue.oldest == nullptr ? queue.newest : held(queue.oldest).older) = nullptr;
  --queue.size;
  --held_;
  counters.of(Verdict::held).take_away(1);
  link(holder);
  return frame;
}

void HoldBuffers::drop_oldest(Holder& holder, Verdict why, WorkerCounters& counters) {
  const bool up =
      holder.down.size == 0 ||
      (holder.up.size != 0 && held(holder.up.oldest).until < held(holder.down.oldest).until);
  rte_pktmbuf_free(release(holder, up ? holder.up : holder.down, counters));
  counters.of(why).add(1);
}

void HoldBuffers::drop(Holder& holder, HeldQueue& queue, Verdict why, WorkerCounters& counters) {
  while (queue.size != 0) {
    rte_pktmbuf_free(release(holder, queue, counters));
    counters.of(why).add(1);
  }
}

void HoldBuffers::drop_all(Holder& holder, Verdict why, WorkerCounters& counters) {
  drop(holder, holder.down, why, counters);
  drop(holder, holder.up, why, counters);
}

void HoldBuffers::drop_expired(Holder& holder, Instant now, WorkerCounters& counters) {
  const auto expire = [&](HeldQueue& queue, Verdict why) {
    while (queue.size != 0 && now >= held(queue.oldest).until) {
      rte_pktmbuf_free(release(holder, queue, counters));
      counters.of(why).add(1);
    }
  };
  expire(holder.down, Verdict::no_binding);
  expire(holder.up, Verdict::unbound_transport);
}

/// Into the list of its size; one without packets ends.
void HoldBuffers::link(Holder& holder) {
  const std::uint32_t size = holder.size();
  if (size == 0) return end(holder);
  std::uint32_t& first = by_size_[size];
  holder.previous = 0;
  holder.next = first;
  if (first != 0) holders_[first].previous = index_of(holder);
  first = index_of(holder);
  largest_ = std::max(largest_, size);
}

void HoldBuffers::unlink(Holder& holder) {
  const std::uint32_t size = holder.size();
  if (size == 0) return;
  (holder.previous == 0 ? by_size_[size] : holders_[holder.previous].next) = holder.next;
  if (holder.next != 0) holders_[holder.next].previous = holder.previous;
  // It comes back one larger or smaller: at most one step down.
  if (size == largest_ && by_size_[size] == 0) --largest_;
}

void HoldBuffers::end(Holder& holder) {
  const std::uint32_t index = index_of(holder);
  // The slot may have another session by now, whose holder is another.
  if (own(holder.record->control.holder) == index) set(holder.record->control.holder, 0);
  const std::uint32_t last = live_[--live_count_];
  live_[holder.place] = last;
  live_[live_count_] = index;
  holders_[last].place = holder.place;
}

}  // namespace jvpn
