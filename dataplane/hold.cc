// SPDX-License-Identifier: Apache-2.0
#include "dataplane/hold.h"

#include "dataplane/finish.h"
#include "dataplane/hold_buffers.h"
#include "dataplane/outer.h"
#include "dataplane/seal.h"
#include "dataplane/session_lines.h"
#include "dataplane/uplink.h"
#include "session/core/heartbeat.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

constexpr int kHoldersPerTurn = 16;
/// How far behind the newest held one a packet may come and still find its place.
constexpr int kReordered = 64;

bool may_hold(const Turn& turn, const SessionView& view) {
  return turn.holds != nullptr && view.hold_packets != 0;
}

Instant deadline(const Turn& turn, const SessionView& view) {
  return turn.now + std::chrono::milliseconds(view.hold_ms);
}

/// A buffer with a data header's room and `inner` behind it; null when there is none.
rte_mbuf* copy_of(Turn& turn, const SessionView& view, Holder* holder, ByteView inner) {
  HoldBuffers& holds = *turn.holds;
  if (sizeof(DataHeader) + inner.size() + kAeadTagSize > holds.room()) return nullptr;
  const std::uint32_t most = std::min<std::uint32_t>(view.hold_packets, kMaxHoldPackets);
  if (holder != nullptr && holder->size() >= most) {
    holds.drop_oldest(*holder, Verdict::hold_full, turn.counters);
  }
  rte_mbuf* const frame = holds.take(turn.counters);
  if (frame == nullptr) return nullptr;
  const auto size = static_cast<std::uint16_t>(sizeof(DataHeader) + inner.size());
  char* const at = rte_pktmbuf_append(frame, size);
  std::memcpy(at + sizeof(DataHeader), inner.data(), inner.size());
  return frame;
}

Verdict hold_one(Turn& turn, Burst& burst, std::size_t i) {
  const SessionView& view = burst.snapshot[i]->view;
  HoldBuffers& holds = *turn.holds;
  TableRecord& record = *burst.record[i];
  rte_mbuf* const frame = copy_of(turn, view, holds.of(record, burst.tag[i]), burst.payload_of(i));
  if (frame == nullptr) return Verdict::hold_full;
  held(frame) = HeldPacket{};
  held(frame).until = deadline(turn, view);
  held(frame).ecn = burst.ecn[i];
  Holder& holder = holds.holder(record, burst.tag[i]);
  holds.append(holder, holder.down, frame);
  turn.counters.of(Verdict::held).add(1);
  return Verdict::held;
}

// ---- uplink ------------------------------------------------------------------------------------

/// (key epoch, counter) of a packet, in the order in which the client sealed them.
using Order = std::pair<KeyEpoch, std::uint64_t>;
Order order_of(rte_mbuf* frame) {
  return {held(frame).key_epoch, held(frame).counter};
}

/// Where a packet belongs among those that wait.
struct Place {
  Verdict verdict = Verdict::held;
  rte_mbuf* newer = nullptr;  ///< it goes in front of this one; null: it is the newest
};

Place find_place(const HeldQueue& queue, const Order& order) {
  Place place;
  rte_mbuf* at = queue.newest;
  for (int steps = 0; at != nullptr && order < order_of(at); ++steps) {
    if (steps == kReordered) return {Verdict::late_unbound, nullptr};
    place.newer = std::exchange(at, held(at).older);
  }
  if (at != nullptr && order == order_of(at)) place.verdict = Verdict::duplicate;
  return place;
}

/// What was held from elsewhere, or under a binding that is no more, has lost its chance.
void keep_to_one_source(Turn& turn, Holder& holder, const Endpoint& source,
                        const SessionView& view) {
  if (holder.up.size == 0) return;
  const bool same = holder.source == source && holder.bound_version == view.bound_version.packed();
  if (!same) turn.holds->drop(holder, holder.up, Verdict::unbound_transport, turn.counters);
}

ByteView opened_inner(const Burst& burst, std::size_t i) {
  return ByteView(burst.payload_of(i))
      .subspan(sizeof(DataHeader), burst.payload_size[i] - kDataOverhead);
}

}  // namespace

void hold_downlink(Turn& turn, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::unbound)) {
    const bool may = may_hold(turn, burst.snapshot[i]->view);
    burst.settle(i, may ? hold_one(turn, burst, i) : Verdict::no_binding);
  }
}

Verdict hold_uplink(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  const SessionView& view = burst.snapshot[i]->view;
  const ByteView inner = opened_inner(burst, i);
  if (!may_hold(turn, view) || is_heartbeat(inner)) return Verdict::unbound_transport;
  HoldBuffers& holds = *turn.holds;
  TableRecord& record = *burst.record[i];
  Holder* known = holds.of(record, burst.tag[i]);
  if (known != nullptr) keep_to_one_source(turn, *known, burst.source[i], view);
  const auto header = load<DataHeader>(burst.payload[i]);
  const Order order{KeyEpoch{own(burst.use[i]->key_epoch)}, header.counter.value()};
  known = holds.of(record, burst.tag[i]);
  if (known != nullptr) {
    const Place place = find_place(known->up, order);
    if (place.verdict != Verdict::held) return place.verdict;
  }
  rte_mbuf* const frame = copy_of(turn, view, known, inner);
  if (frame == nullptr) return Verdict::hold_full;
  store(rte_pktmbuf_mtod(frame, std::uint8_t*), header);
  held(frame) = {nullptr,     nullptr,    deadline(turn, view), order.second,
                 order.first, link.index, burst.ecn[i]};
  Holder& holder = holds.holder(record, burst.tag[i]);
  if (holder.up.size == 0) {
    holder.source = burst.source[i];
    holder.bound_version = view.bound_version.packed();
  }
  // Sought again: making room may have taken the neighbour that was found.
  const Place place = find_place(holder.up, order);
  place.newer == nullptr ? holds.append(holder, holder.up, frame)
                         : holds.insert(holder, holder.up, frame, place.newer);
  turn.counters.of(Verdict::held).add(1);
  return Verdict::held;
}

// ---- release -----------------------------------------------------------------------------------

namespace {

/// Takes up to a burst's worth out of a queue, each with what belongs to its session filled in.
Burst& take_burst(Turn& turn, Holder& holder, HeldQueue& queue, const Snapshot& snapshot) {
  HoldBuffers& holds = *turn.holds;
  Burst& burst = holds.burst();
  const std::size_t count = std::min<std::size_t>(queue.size, kBurst);
  TableRecord* const record = holder.record;
  const Tag tag = holder.tag;
  const Traits traits = turn.plane.table->slot(tag).occupant->name().traits();
  const Endpoint source = holder.source;
  for (std::size_t i = 0; i < count; ++i) {
    burst.frame[i] = holds.release(holder, queue, turn.counters);
    burst.record[i] = record;
    burst.snapshot[i] = &snapshot;
    burst.traits[i] = traits;
    burst.tag[i] = tag;
    burst.source[i] = source;
    burst.ecn[i] = held(burst.frame[i]).ecn;
    const ByteSpan bytes = frame_bytes(burst.frame[i]);
    burst.payload[i] = bytes.data();
    burst.payload_size[i] = static_cast<std::uint16_t>(bytes.size());
  }
  burst.begin(count);
  return burst;
}

/// Can what goes to the client leave at all? A next hop may take a moment to be found.
bool is_reachable(const Turn& turn, const Snapshot& snapshot) {
  EtherAddress mac;
  return snapshot.view.has_binding() && outer_size(snapshot.outer) != 0 &&
         turn.plane.neighbours->mac_of(snapshot.outer.next_hop, mac);
}

void release_down(Turn& turn, Holder& holder, const Snapshot& snapshot) {
  while (holder.down.size != 0) {
    Burst& burst = take_burst(turn, holder, holder.down, snapshot);
    for (std::size_t i = 0; i < burst.size; ++i) {
      burst.payload[i] += sizeof(DataHeader);
      burst.payload_size[i] =
          static_cast<std::uint16_t>(burst.payload_size[i] - sizeof(DataHeader));
      burst.lane[i] = Lane::seal;
      burst.once_sealed[i] = Verdict::forwarded;
    }
    seal(turn, burst);
    finish(turn, turn.plane.plaintext(), burst);
  }
}

/// Checked and marked like new packets: a counter may have come by another way meanwhile, and a key
/// may have ended.
void mark(Burst& burst, std::size_t i) {
  const HeldPacket& packet = held(burst.frame[i]);
  const auto low = static_cast<std::uint8_t>(packet.key_epoch.value & 0xf);
  burst.use[i] = opening_key(*burst.record[i], low).use;
  const OpeningUse* use = burst.use[i];
  if (use == nullptr || own(use->key_epoch) != packet.key_epoch.value) {
    return burst.settle(i, Verdict::unknown_key_epoch);
  }
  burst.role[i] = SourceRole::bound;
  burst.payload_size[i] = static_cast<std::uint16_t>(burst.payload_size[i] + kAeadTagSize);
  const Verdict verdict = mark_opened(burst, i);
  if (verdict != Verdict::undecided) burst.settle(i, verdict);
}

void release_up(Turn& turn, Holder& holder, const Snapshot& snapshot) {
  while (holder.up.size != 0) {
    const Link& link = turn.plane.links[held(holder.up.oldest).link];
    Burst& burst = take_burst(turn, holder, holder.up, snapshot);
    for (std::size_t i = 0; i < burst.size; ++i) mark(burst, i);
    deliver(turn, burst);
    seal(turn, burst);
    finish(turn, link, burst);
  }
}

void tend(Turn& turn, Holder& holder) {
  HoldBuffers& holds = *turn.holds;
  const Snapshot* snapshot = turn.plane.table->find(holder.tag);
  if (snapshot == nullptr) return holds.drop_all(holder, Verdict::no_session, turn.counters);
  holds.drop_expired(holder, turn.now, turn.counters);
  if (holder.size() == 0 || !turn.serving) return;
  const SessionView& view = snapshot->view;
  const bool bound = role_of(view, holder.source, turn.now) == SourceRole::bound;
  const bool rebound = holder.bound_version != view.bound_version.packed();
  if (bound) {
    release_up(turn, holder, *snapshot);
  } else if (rebound) {
    holds.drop(holder, holder.up, Verdict::unbound_transport, turn.counters);
  }
  if (is_reachable(turn, *snapshot)) release_down(turn, holder, *snapshot);
}

}  // namespace

void release_held(Turn& turn, const Burst& burst) {
  if (turn.holds == nullptr || turn.holds->empty()) return;
  for (const std::size_t i :
       burst.in(Lane::data) | burst.in(Lane::seal) | burst.in(Lane::unbound)) {
    if (Holder* holder = turn.holds->of(*burst.record[i], burst.tag[i])) tend(turn, *holder);
  }
}

void tend_holders(Turn& turn) {
  if (turn.holds == nullptr) return;
  for (int i = 0; i < kHoldersPerTurn && !turn.holds->empty(); ++i) tend(turn, *turn.holds->next());
}

}  // namespace jvpn
