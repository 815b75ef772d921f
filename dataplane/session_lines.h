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

// The counts of a binding start afresh, each direction's with its own first packet.

/// Uplink: and what heartbeats show, for they come by it.
[[gnu::noinline]] inline void begin_binding(UplinkLines& line, TableRecord& record,
                                            std::uint64_t bound) {
  HealthLine& health = record.health;
  for (auto* count : {&health.peer_sent, &health.received_at_ask}) set(*count, 0);
  for (auto* mark : {&health.unechoed, &health.rtt_us}) set(*mark, 0);
  set(health.evidence_ns, 0);
  // Replies that went to the old binding prove nothing about the new one.
  set(health.evidenced, own(record.control.replies));
  set(line.received, 0);
  set(line.bound_version, bound);
}

[[gnu::noinline]] inline void begin_binding(DownlinkLine& line, TableRecord&, std::uint64_t bound) {
  set(line.sent, 0);
  set(line.bound_version, bound);
}

/// Before a count is made over the binding of `view`; `line` is that of the packet's direction, so
/// that the other direction's stays out of the cache.
template <class Line>
[[gnu::always_inline]] inline void follow_binding(Line& line, TableRecord& record,
                                                  const SessionView& view) {
  // As one number, packed() is the two halves of what lies in memory exchanged.
  static_assert(offsetof(StateVersion, sequence) == 4 && sizeof(StateVersion) == 8);
  const std::uint64_t bound = std::rotl(std::bit_cast<std::uint64_t>(view.bound_version), 32);
  if (own(line.bound_version) != bound) [[unlikely]]
    begin_binding(line, record, bound);
}

}  // namespace jvpn
