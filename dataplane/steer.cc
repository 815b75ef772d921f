// SPDX-License-Identifier: Apache-2.0
#include "dataplane/steer.h"

#include "dataplane/address_owner.h"
#include "dataplane/meter.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

PacketSet with_tag(const Burst& burst) {
  return burst.in(Lane::data) | burst.in(Lane::control);
}

bool is_ticketed(const Burst& burst, std::size_t i) {
  return load<WirePrefix>(burst.payload[i]).type() == static_cast<std::uint8_t>(WireType::ticketed);
}

// The lines that opening or sealing will want, while other packets are still being looked at; the
// keys themselves follow nearer to their use (crypto/aead.cc).

void prefetch_for_opening(const SessionTable::Slot& slot) {
  rte_prefetch0(slot.occupant);
  rte_prefetch0(&slot.record->uplink);
}
void prefetch_for_sealing(const SessionTable::Slot& slot) {
  rte_prefetch0(slot.occupant);
  rte_prefetch0(&slot.record->downlink);
}

/// The message's own lines in full bursts; of few frames they have been fetched before.
void prefetch_for_punting(const Turn& turn, Burst& burst, std::size_t i) {
  rte_prefetch0(&burst.record[i]->control);
  burst.source_name[i] = turn.control.name_of(burst.source[i].address);
  for (std::size_t at = 0; at < burst.payload_size[i]; at += RTE_CACHE_LINE_SIZE) {
    rte_prefetch0(burst.payload[i] + at);
  }
}

void give_to(std::uint8_t owner, Burst& burst, std::size_t i) {
  burst.owner[i] = owner;
  burst.verdict[i] = Verdict::handed_over;
  burst.lane[i] = Lane::none;
}

Verdict find_record(const SessionTable& table, Burst& burst, std::size_t i) {
  const Tag tag = load<WirePrefix>(burst.payload[i]).receiver();
  const SessionTable::Slot slot = table.slot(tag);
  burst.tag[i] = tag;
  burst.occupant[i] = slot.occupant;
  burst.record[i] = slot.record;
  if (slot.record != nullptr) [[likely]] {
    prefetch_for_opening(slot);
    return Verdict::undecided;
  }
  // Another node's tag: its ticket may bring the session here.
  if (!is_ticketed(burst, i)) return Verdict::unknown_tag;
  burst.lane[i] = Lane::ticketed;
  return Verdict::undecided;
}

void find_session(const Turn& turn, Burst& burst, std::size_t i) {
  const Tag tag = burst.tag[i];
  const Occupant& occupant = *burst.occupant[i];
  const Snapshot* const snapshot = occupant.snapshot();
  const OccupantName name = occupant.name();
  // Another's name: another generation, or an owner that the session does not have.
  if (snapshot == nullptr || name.tag() != tag) [[unlikely]] {
    burst.lane[i] = is_ticketed(burst, i) ? Lane::ticketed : Lane::dead;
    return;
  }
  burst.snapshot[i] = snapshot;
  burst.traits[i] = name.traits();
  const std::uint8_t owner = GatewayTag::unpack(tag).worker;
  if (owner != turn.worker && burst.lane[i] == Lane::data) return give_to(owner, burst, i);
  rte_prefetch0(snapshot);  // its first line
}

Verdict find_slot(const Turn& turn, Burst& burst, std::size_t i) {
  const SessionTable& table = *turn.plane.table;
  SessionTable::Slot slot = table.slot_at(AddressPool::slot_at(burst.place[i]));
  if (slot.record == nullptr) [[unlikely]] {
    if (burst.place[i] != nullptr) return Verdict::no_session;
    const RouteTo to = find_route(turn.plane, burst.destination[i]);
    if (!to.known) return Verdict::not_for_us;
    slot = table.slot_at(to.slot);
    if (slot.record == nullptr) return Verdict::no_session;
  }
  prefetch_for_sealing(slot);
  burst.occupant[i] = slot.occupant;
  burst.record[i] = slot.record;
  return Verdict::undecided;
}

void find_snapshot(Burst& burst, std::size_t i) {
  const Occupant& occupant = *burst.occupant[i];
  const Snapshot* const snapshot = occupant.snapshot();
  if (snapshot == nullptr) return burst.settle(i, Verdict::no_session);
  const OccupantName name = occupant.name();
  burst.tag[i] = name.tag();
  burst.snapshot[i] = snapshot;
  burst.traits[i] = name.traits();
  rte_prefetch0(snapshot);  // its first line
}

Lane lane_of(const Snapshot& snapshot, std::uint16_t size) {
  const SessionView& view = snapshot.view;
  if (size > view.tunnel_mtu) return Lane::too_big;
  if (view.bound.address.is_v4()) [[likely]]
    return Lane::seal;
  if (!view.has_binding()) return Lane::unbound;
  rte_prefetch0(&snapshot.outer);  // only headers over IPv6 come from there (underlay_v4.h)
  return Lane::seal;
}

/// Pool and routes may be stale for a moment: the session is asked whether the address is its own.
void find_owner(Turn& turn, Burst& burst, std::size_t i) {
  const SessionView& view = burst.snapshot[i]->view;
  if (!is_of_session(turn.plane, {view, burst.tag[i]}, burst.destination[i])) {
    return burst.settle(i, Verdict::no_session);
  }
  const std::uint8_t owner = GatewayTag::unpack(burst.tag[i]).worker;
  if (owner != turn.worker) return give_to(owner, burst, i);
  if (is_over_rate_down(turn, burst, i)) [[unlikely]]
    return burst.settle(i, Verdict::metered_down);
  burst.lane[i] = lane_of(*burst.snapshot[i], burst.payload_size[i]);
  burst.once_sealed[i] = Verdict::forwarded;
}

}  // namespace

void lookup_by_tag(Turn& turn, Burst& burst) {
  const SessionTable& table = *turn.plane.table;
  for (const std::size_t i : with_tag(burst)) {
    const Verdict verdict = find_record(table, burst, i);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
  for (const std::size_t i : burst.in(Lane::control)) prefetch_for_punting(turn, burst, i);
  for (const std::size_t i : with_tag(burst)) find_session(turn, burst, i);
}

void lookup_by_destination(Turn& turn, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::inner)) {
    const Verdict verdict = find_slot(turn, burst, i);
    if (verdict != Verdict::undecided) burst.settle(i, verdict);
  }
  for (const std::size_t i : burst.in(Lane::inner)) find_snapshot(burst, i);
  for (const std::size_t i : burst.in(Lane::inner)) find_owner(turn, burst, i);
}

}  // namespace jvpn
