// SPDX-License-Identifier: Apache-2.0
// The worker's own lines of a session record. One writer, this worker: relaxed loads and stores, no
// locked instruction; control's partner is SessionTable::sample().
#pragma once

#include <bit>

#include "session/shared/session_record.h"

namespace jvpn {

template <class Number>
Number own(const std::atomic<Number>& value) {
  return value.load(std::memory_order_relaxed);
}
template <class Number>
void set(std::atomic<Number>& value, std::type_identity_t<Number> to) {
  value.store(to, std::memory_order_relaxed);
}
template <class Number>
void add(std::atomic<Number>& value, std::type_identity_t<Number> amount) {
  set(value, own(value) + amount);
}

// What is counted and seen of a binding starts afresh, each line's with the first packet that has a
// use for it: the others stay out of the cache.

[[gnu::noinline]] inline void begin_binding(UplinkLines& line, std::uint64_t bound) {
  set(line.received, 0);
  set(line.bound_version, bound);
}

[[gnu::noinline]] inline void begin_binding(DownlinkLine& line, std::uint64_t bound) {
  set(line.sent, 0);
  set(line.bound_version, bound);
}

/// `replies`: made so far. They went to older bindings, and prove nothing about this one.
[[gnu::noinline]] inline void begin_binding(HealthLine& line, std::uint64_t bound,
                                            std::uint64_t replies) {
  for (auto* count : {&line.peer_sent, &line.received_at_ask}) set(*count, 0);
  for (auto* mark : {&line.unechoed, &line.rtt_us}) set(*mark, 0);
  set(line.evidence_ns, 0);
  set(line.evidenced, replies);
  // Release: nothing of an older binding is taken for this one's; partner: acquire in
  // SessionTable::sample().
  line.bound_version.store(bound, std::memory_order_release);
}

/// Before a line is used for the binding of `view`.
template <class Line, class... Start>
[[gnu::always_inline]] inline void follow_binding(Line& line, const SessionView& view,
                                                  Start... start) {
  // As one number, packed() is the two halves of what lies in memory exchanged.
  static_assert(offsetof(StateVersion, sequence) == 4 && sizeof(StateVersion) == 8);
  const std::uint64_t bound = std::rotl(std::bit_cast<std::uint64_t>(view.bound_version), 32);
  if (own(line.bound_version) != bound) [[unlikely]]
    begin_binding(line, bound, start...);
}

}  // namespace jvpn
