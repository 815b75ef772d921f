// SPDX-License-Identifier: Apache-2.0
// Check, open, mark: what the window would refuse is not opened, what does not open marks nothing,
// and marking may still refuse, because twins can share a burst.
#include "dataplane/punt.h"
#include "dataplane/session_lines.h"
#include "dataplane/uplink.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

Verdict verdict_of(Freshness freshness) {
  if (freshness == Freshness::fresh) return Verdict::undecided;
  return freshness == Freshness::late ? Verdict::late : Verdict::duplicate;
}

Counter counter_of(const Burst& burst, std::size_t i) {
  return Counter{load<DataHeader>(burst.payload[i]).counter.value()};
}

std::uint32_t window_of(const Burst& burst, std::size_t i) {
  return std::min<std::uint32_t>(burst.snapshot[i]->view.replay_window, kMaxReplayWindow);
}

Verdict check(const Burst& burst, std::size_t i) {
  const auto header = load<DataHeader>(burst.payload[i]);
  if (header.prefix.low() != (burst.snapshot[i]->view.key_epoch.value & 0xf)) {
    return Verdict::unknown_key_epoch;
  }
  return verdict_of(burst.record[i]->replay.check(Counter{header.counter}, window_of(burst, i)));
}

AeadOp make_op(const Burst& burst, std::size_t i) {
  const auto size = static_cast<std::uint32_t>(burst.payload_size[i] - kDataOverhead);
  std::uint8_t* const data = burst.payload[i] + sizeof(DataHeader);
  return {&burst.record[i]->uplink_key,
          counter_of(burst, i).value,
          burst.payload[i],
          sizeof(DataHeader),
          size,
          data,
          data + size,
          false};
}

/// Authentic, but from a source that is neither bound nor draining: it changes nothing, not even
/// the window. Only the newest may hint that the client has moved.
Verdict refuse_unbound(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  SessionRecord& record = *burst.record[i];
  const Counter counter = counter_of(burst, i);
  if (!record.replay.is_newest(counter)) return Verdict::late_unbound;
  if (turn.now.ns >= own(record.uplink.next_notice_ns)) {
    set(record.uplink.next_notice_ns, (turn.now + kUnboundPuntInterval).ns);
    punt_notice(turn, link, burst, i);
  }
  return Verdict::unbound_transport;
}

Verdict accept(Turn& turn, const Link& link, Burst& burst, std::size_t i) {
  SessionRecord& record = *burst.record[i];
  const SessionView& view = burst.snapshot[i]->view;
  burst.role[i] = role_of(view, burst.source[i], turn.now);
  if (burst.role[i] == SourceRole::unbound) return refuse_unbound(turn, link, burst, i);
  const Verdict verdict = verdict_of(record.replay.mark(counter_of(burst, i), window_of(burst, i)));
  if (verdict != Verdict::undecided) return verdict;
  if (burst.role[i] == SourceRole::bound) {
    follow_binding(record, view);
    add(record.uplink.received, 1);
  }
  burst.lane[i] = Lane::opened;
  burst.payload[i] += sizeof(DataHeader);
  burst.payload_size[i] = static_cast<std::uint16_t>(burst.payload_size[i] - kDataOverhead);
  return Verdict::undecided;
}

}  // namespace

void open_data(Turn& turn, const Link& link, Burst& burst) {
  std::array<AeadOp, kBurst> ops;
  std::array<std::size_t, kBurst> packet;
  std::size_t count = 0;
  for (std::size_t i = 0; i < burst.size; ++i) {
    if (burst.lane[i] != Lane::data) continue;
    const Verdict verdict = check(burst, i);
    if (verdict != Verdict::undecided) {
      burst.settle(i, verdict);
      continue;
    }
    ops[count] = make_op(burst, i);
    packet[count++] = i;
  }
  turn.engine.open(std::span(ops).first(count));
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = packet[k];
    const Verdict verdict = ops[k].ok ? accept(turn, link, burst, i) : Verdict::open_failed;
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
}

}  // namespace jvpn
