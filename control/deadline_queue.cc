// SPDX-License-Identifier: Apache-2.0
#include "control/deadline_queue.h"

#include "base/ensure.h"

namespace jvpn {

void DeadlineQueue::put(Session& session, Instant at) {
  ensure(at < session.place.due, "a deadline in the queue only comes nearer");
  if (!has(session)) {
    session.place.in_queue = static_cast<std::uint32_t>(heap_.size());
    heap_.push_back({});
  }
  session.place.due = at;
  rise(session.place.in_queue, {at, &session});
}

/// The last one takes its place, and moves to where it belongs.
void DeadlineQueue::remove(Session& session) {
  ensure(has(session), "only what is in the queue leaves it");
  const std::size_t gap = session.place.in_queue;
  session.place.due = Instant::never();
  const Entry last = heap_.back();
  heap_.pop_back();
  if (gap == heap_.size()) return;
  rise(gap, last);
  if (last.session->place.in_queue == gap) sink(gap, last);
}

void DeadlineQueue::rise(std::size_t at, Entry entry) {
  while (at != 0 && entry.at < heap_[(at - 1) / 2].at) {
    lay(at, heap_[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  lay(at, entry);
}

void DeadlineQueue::sink(std::size_t at, Entry entry) {
  for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) ++child;
    if (entry.at <= heap_[child].at) break;
    lay(at, heap_[child]);
    at = child;
  }
  lay(at, entry);
}

void DeadlineQueue::lay(std::size_t at, const Entry& entry) {
  heap_[at] = entry;
  entry.session->place.in_queue = static_cast<std::uint32_t>(at);
}

}  // namespace jvpn
