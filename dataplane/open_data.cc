// SPDX-License-Identifier: Apache-2.0
// Check, open, mark: what the window would refuse is not opened, what does not open marks nothing,
// and marking may still refuse, because twins can share a burst.
#include "crypto/key_prefetch.h"
#include "dataplane/hold.h"
#include "dataplane/punt.h"
#include "dataplane/session_lines.h"
#include "dataplane/uplink.h"
#include "session/core/heartbeat.h"
#include "session/core/key_budget.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

Verdict verdict_of(Freshness freshness) {
  if (freshness == Freshness::fresh) [[likely]]
    return Verdict::undecided;
  return freshness == Freshness::late ? Verdict::late : Verdict::duplicate;
}

Counter counter_of(const Burst& burst, std::size_t i) {
  return Counter{load<DataHeader>(burst.payload[i]).counter.value()};
}

std::uint32_t window_of(const Burst& burst, std::size_t i) {
  return burst.snapshot[i]->view.replay_window;
}

bool is_used_up(const OpeningUse& use, const SessionView& view) {
  // Before the suite is asked for: hardly any key fails as often as the lower limit.
  static_assert(kChachaFailedOpensLimit <= kGcmFailedOpensLimit);
  const std::uint64_t failed = own(use.failed_opens);
  return own(use.blocks) >= kBlocksPerKey ||
         (failed >= kChachaFailedOpensLimit && failed >= failed_opens_limit(view.suite));
}

Verdict check(Burst& burst, std::size_t i) {
  const auto header = load<DataHeader>(burst.payload[i]);
  const OpeningKey key = opening_key(*burst.record[i], header.prefix.low());
  burst.key[i] = key;
  if (key.use == nullptr) return Verdict::unknown_key_epoch;
  const OpeningUse& use = *key.use;
  if (is_used_up(use, burst.snapshot[i]->view)) [[unlikely]]
    return Verdict::key_expired;
  return verdict_of(use.replay.check(Counter{header.counter}, window_of(burst, i)));
}

void make_op(const Burst& burst, std::size_t i, AeadOp& op) {
  const auto size = static_cast<std::uint32_t>(burst.payload_size[i] - kDataOverhead);
  std::uint8_t* const header = burst.payload[i];
  std::uint8_t* const data = header + sizeof(DataHeader);
  op.key = burst.key[i].key;
  op.counter = counter_of(burst, i).value;
  op.aad = header;
  op.aad_size = sizeof(DataHeader);
  op.size = size;
  op.data = data;
  op.tag = data + size;
}

/// Authentic, but from a source that is neither bound nor draining: it changes nothing, not even
/// the window. Only the newest may hint that the client has moved, and wait for it to be proven.
Verdict refuse_unbound(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  TableRecord& record = *burst.record[i];
  if (!burst.key[i].use->replay.is_newest(counter_of(burst, i))) return Verdict::late_unbound;
  if (turn.now.ns >= own(record.health.next_notice_ns)) {
    set(record.health.next_notice_ns, (turn.now + kUnboundPuntInterval).ns);
    punt_notice(turn, link, burst, i);
  }
  return hold_uplink(turn, link, burst, i);
}

[[gnu::always_inline]] inline Verdict mark(Burst& burst, std::size_t i, Counter counter,
                                           SourceRole role) {
  ReplayWindow& replay = burst.key[i].use->replay;
  const Verdict verdict = verdict_of(replay.mark(counter, window_of(burst, i)));
  if (verdict != Verdict::undecided) return verdict;
  if (role == SourceRole::bound) [[likely]] {
    TableRecord& record = *burst.record[i];
    follow_binding(record.uplink, record, burst.snapshot[i]->view);
    add(record.uplink.received, 1);
  }
  std::uint8_t* const inner = burst.payload[i] + sizeof(DataHeader);
  const auto size = static_cast<std::uint16_t>(burst.payload_size[i] - kDataOverhead);
  burst.payload[i] = inner;
  burst.payload_size[i] = size;
  burst.lane[i] = is_heartbeat({inner, size}) ? Lane::heartbeat : Lane::opened;
  return Verdict::undecided;
}

/// The usual answer first: a source is never unset, so that what it equals is a binding.
SourceRole role_of(const Turn& turn, const Burst& burst, std::size_t i) {
  const SessionView& view = burst.snapshot[i]->view;
  if (burst.source[i] == view.bound) [[likely]]
    return SourceRole::bound;
  return role_of(view, burst.source[i], turn.now);
}

[[gnu::always_inline]] inline Verdict accept(Turn& turn, const Link& link, Burst& burst,
                                             std::size_t i, Counter counter) {
  const SourceRole role = role_of(turn, burst, i);
  burst.role[i] = role;
  if (role == SourceRole::unbound) [[unlikely]]
    return refuse_unbound(turn, link, burst, i);
  return mark(burst, i, counter, role);
}

}  // namespace

Verdict mark_opened(Burst& burst, std::size_t i) {
  return mark(burst, i, counter_of(burst, i), burst.role[i]);
}

void open_data(Turn& turn, const Link& link, Burst& burst) {
  std::array<AeadOp, kBurst> ops;
  std::array<std::size_t, kBurst> packet;
  std::size_t count = 0;
  for (const std::size_t i : burst.in(Lane::data)) {
    const Verdict verdict = turn.serving ? check(burst, i) : Verdict::not_serving;
    if (verdict != Verdict::undecided) [[unlikely]] {
      burst.settle(i, verdict);
      continue;
    }
    make_op(burst, i, ops[count]);
    prefetch_early_key(ops[count], count);
    packet[count++] = i;
  }
  turn.engine.open(std::span(ops).first(count));
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = packet[k];
    OpeningUse& use = *burst.key[i].use;
    if (!ops[k].ok) [[unlikely]] {
      add(use.failed_opens, 1);
      burst.settle(i, Verdict::open_failed);
      continue;
    }
    add(use.blocks, blocks_of(ops[k].size));
    const Verdict verdict = accept(turn, link, burst, i, Counter{ops[k].counter});
    if (verdict != Verdict::undecided) [[unlikely]]
      burst.settle(i, verdict);
  }
}

}  // namespace jvpn
