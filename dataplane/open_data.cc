// SPDX-License-Identifier: Apache-2.0
// Check, open, mark: what the window would refuse is not opened, what does not open marks nothing,
// and marking may still refuse, because twins can share a burst.
#include "crypto/key_prefetch.h"
#include "dataplane/forward_usual.h"
#include "dataplane/hold.h"
#include "dataplane/punt.h"
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

/// Before the cipher: is there a key that may open it, and may its counter be fresh? Then `op` is
/// ready.
[[gnu::always_inline]] inline Verdict check(Burst& burst, std::size_t i, AeadOp& op) {
  std::uint8_t* const begin = burst.payload[i];
  const auto header = load<DataHeader>(begin);
  const OpeningKey key = opening_key(*burst.record[i], header.prefix.low());
  burst.use[i] = key.use;
  if (key.use == nullptr) return Verdict::unknown_key_epoch;
  if (is_used_up(*key.use, burst.snapshot[i]->view)) [[unlikely]]
    return Verdict::key_expired;
  const Counter counter{header.counter};
  const Freshness freshness = key.use->replay.check(counter, window_of(burst, i));
  if (freshness != Freshness::fresh) [[unlikely]]
    return verdict_of(freshness);
  op.key = key.key;
  op.counter = counter.value;
  op.aad = begin;
  op.aad_size = sizeof(DataHeader);
  op.data = begin + sizeof(DataHeader);
  op.size = static_cast<std::uint32_t>(burst.payload_size[i] - kDataOverhead);
  op.tag = op.data + op.size;
  return Verdict::undecided;
}

/// Authentic, but from a source that is neither bound nor draining: it changes nothing, not even
/// the window. Only the newest may hint that the client has moved, and wait for it to be proven.
[[gnu::noinline]] Verdict refuse_unbound(Turn& turn, const Link& link, const Burst& burst,
                                         std::size_t i) {
  TableRecord& record = *burst.record[i];
  if (!burst.use[i]->replay.is_newest(counter_of(burst, i))) return Verdict::late_unbound;
  if (turn.now.ns >= own(record.health.next_notice_ns)) {
    set(record.health.next_notice_ns, (turn.now + kUnboundPuntInterval).ns);
    punt_notice(turn, link, burst, i);
  }
  return hold_uplink(turn, link, burst, i);
}

/// Packet i after the cipher. What is asked for more than once is read once: to the compiler, a
/// relaxed store may have changed any of it.
struct Opened {
  TableRecord& record;
  const SessionView& view;
  OpeningUse& use;
  Counter counter;
  ByteSpan inner;

  static Opened of(const Burst& burst, std::size_t i, Counter counter) {
    return {*burst.record[i],
            burst.snapshot[i]->view,
            *burst.use[i],
            counter,
            {burst.payload[i] + sizeof(DataHeader), burst.payload_size[i] - kDataOverhead}};
  }
};

[[gnu::always_inline]] inline Verdict mark(const Opened& packet, SourceRole role) {
  const Freshness freshness = packet.use.replay.mark(packet.counter, packet.view.replay_window);
  if (freshness != Freshness::fresh) [[unlikely]]
    return verdict_of(freshness);
  if (role == SourceRole::bound) {
    UplinkLines& line = packet.record.uplink;
    follow_binding(line, packet.view);
    add(line.received, 1);
  }
  return Verdict::undecided;
}

void enter_lane(Burst& burst, std::size_t i, ByteSpan inner, SourceRole role) {
  burst.role[i] = role;
  burst.payload[i] = inner.data();
  burst.payload_size[i] = static_cast<std::uint16_t>(inner.size());
  burst.lane[i] = is_heartbeat(inner) ? Lane::heartbeat : Lane::opened;
}

/// From anywhere but the bound source.
[[gnu::noinline]] Verdict accept_other(Turn& turn, const Link& link, Burst& burst, std::size_t i,
                                       Counter counter) {
  const auto packet = Opened::of(burst, i, counter);
  const SourceRole role = role_of(packet.view, burst.source[i], turn.now);
  if (role == SourceRole::unbound) [[unlikely]]
    return refuse_unbound(turn, link, burst, i);
  const Verdict verdict = mark(packet, role);
  if (verdict == Verdict::undecided) enter_lane(burst, i, packet.inner, role);
  return verdict;
}

/// Authentic packet i: usual ones go on at once, while all that delivery asks for is at hand.
[[gnu::always_inline]] inline Verdict accept(Turn& turn, const Link& link, UsualHop& hop,
                                             Burst& burst, std::size_t i, Counter counter) {
  const auto packet = Opened::of(burst, i, counter);
  // A source is never unset: what it equals is a binding.
  if (burst.source[i] != packet.view.bound) [[unlikely]]
    return accept_other(turn, link, burst, i, counter);
  const Verdict verdict = mark(packet, SourceRole::bound);
  if (verdict != Verdict::undecided) [[unlikely]]
    return verdict;
  const bool unlimited = !burst.traits[i].has(Trait::metered_up);
  const UsualInner inner{packet.record, packet.view, packet.inner};
  if (!unlimited || !forward_usual(turn, hop, burst, i, inner)) {
    enter_lane(burst, i, packet.inner, SourceRole::bound);
  }
  return Verdict::undecided;
}

}  // namespace

Verdict mark_opened(Burst& burst, std::size_t i) {
  const auto packet = Opened::of(burst, i, counter_of(burst, i));
  const Verdict verdict = mark(packet, burst.role[i]);
  if (verdict == Verdict::undecided) enter_lane(burst, i, packet.inner, burst.role[i]);
  return verdict;
}

void open_data(Turn& turn, const Link& link, Burst& burst) {
  const PacketSet packets = burst.in(Lane::data);
  if (!turn.serving) [[unlikely]] {
    for (const std::size_t i : packets) burst.settle(i, Verdict::not_serving);
    return;
  }
  std::array<AeadOp, kBurst> ops;
  std::array<std::size_t, kBurst> packet;
  std::size_t count = 0;
  for (const std::size_t i : packets) {
    const Verdict verdict = check(burst, i, ops[count]);
    if (verdict != Verdict::undecided) [[unlikely]] {
      burst.settle(i, verdict);
      continue;
    }
    prefetch_early_key(ops[count], count);
    packet[count++] = i;
  }
  turn.engine.open(std::span(ops).first(count));
  UsualHop hop;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = packet[k];
    OpeningUse& use = *burst.use[i];
    if (!ops[k].ok) [[unlikely]] {
      add(use.failed_opens, 1);
      burst.settle(i, Verdict::open_failed);
      continue;
    }
    add(use.blocks, blocks_of(ops[k].size));
    const Verdict verdict = accept(turn, link, hop, burst, i, Counter{ops[k].counter});
    if (verdict != Verdict::undecided) [[unlikely]]
      burst.settle(i, verdict);
  }
}

}  // namespace jvpn
