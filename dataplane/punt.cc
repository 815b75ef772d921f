// SPDX-License-Identifier: Apache-2.0
#include "dataplane/punt.h"

#include "base/prefetch.h"
#include "session/core/control_datagram.h"

namespace jvpn {
namespace {

/// Anyone can write a dead tag: control hears of a thousand a second at most.
constexpr Rate kDeadTagRate{1ms, 100};

static_assert(kCellBytes >= kInitSize && kCellBytes >= kMaxControlSize,
              "every message that passes classify fits into a cell");

/// A cell with everything but its bytes, or null when the ring is full.
PuntCell* begin(Turn& turn, PuntClass kind, const Link& link) {
  PuntCell* cell = turn.mailbox.begin_punt(kind);
  if (cell == nullptr) return nullptr;
  cell->port = link.index;
  cell->worker = turn.worker;
  cell->size = 0;
  cell->wire_size = 0;
  cell->received_at = turn.now;
  cell->source = Endpoint{};
  cell->local = Endpoint{};
  cell->tag = Tag{};
  cell->counter = 0;
  return cell;
}

PuntCell* begin_datagram(Turn& turn, PuntClass kind, const Link& link, const Burst& burst,
                         std::size_t i) {
  PuntCell* cell = begin(turn, kind, link);
  if (cell == nullptr) return nullptr;
  cell->wire_size = burst.payload_size[i];
  cell->source = burst.source[i];
  cell->local = Endpoint{link.own(burst.source[i].address.is_v4()), link.udp_port};
  return cell;
}

/// A whole datagram, unopened.
Verdict punt_raw(Turn& turn, PuntClass kind, const Link& link, const Burst& burst, std::size_t i) {
  PuntCell* cell = begin_datagram(turn, kind, link, burst, i);
  if (cell == nullptr) return Verdict::punt_full;
  cell->size = burst.payload_size[i];
  std::memcpy(cell->bytes.data(), burst.payload[i], cell->size);
  turn.mailbox.punt(cell);
  return Verdict::punted;
}

/// Control read the cell last. Its lines come while the tag is being computed, before anything is
/// written to them.
void prefetch_room(PuntCell& cell, std::size_t size) {
  for (std::size_t at = 0; at < size; at += RTE_CACHE_LINE_SIZE) {
    prefetch_to_write(cell.bytes.data() + at);
  }
}

Verdict punt_control(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  PuntCell* cell = begin_datagram(turn, PuntClass::control, link, burst, i);
  if (cell == nullptr) return Verdict::punt_full;
  prefetch_room(*cell, burst.payload_size[i]);
  const std::size_t size = open_datagram(turn.engine, burst.payload_of(i),
                                         burst.record[i]->control.open_key, cell->bytes);
  if (size == 0) {
    turn.mailbox.abandon(cell);
    return Verdict::open_failed;
  }
  cell->size = static_cast<std::uint16_t>(size);
  cell->tag = burst.tag[i];
  turn.mailbox.punt(cell);
  return Verdict::punted;
}

void punt_dead_tag(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  PuntCell* cell = begin_datagram(turn, PuntClass::dead_tag, link, burst, i);
  if (cell == nullptr) return;
  cell->tag = burst.tag[i];
  turn.mailbox.punt(cell);
}

}  // namespace

void punt_handshakes(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::handshake)) {
    burst.settle(i, punt_raw(turn, PuntClass::handshake, link, burst, i));
  }
}

void punt_ticketed(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::ticketed)) {
    const bool may = turn.control.take_ticketed(burst.source[i].address, turn.now);
    burst.settle(
        i, may ? punt_raw(turn, PuntClass::ticketed, link, burst, i) : Verdict::control_budget);
  }
}

void punt_controls(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::control)) {
    SmallRateBucket& session = burst.record[i]->control.opens;
    const bool may = turn.control.take_open(session, burst.source_name[i], turn.now);
    burst.settle(i, may ? punt_control(turn, link, burst, i) : Verdict::control_budget);
  }
}

void punt_dead_tags(Turn& turn, const Link& link, Burst& burst) {
  for (const std::size_t i : burst.in(Lane::dead)) {
    if (turn.dead_tags.take(kDeadTagRate, turn.now)) punt_dead_tag(turn, link, burst, i);
    burst.settle(i, Verdict::no_session);
  }
}

void punt_notice(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  PuntCell* cell = begin_datagram(turn, PuntClass::notice, link, burst, i);
  if (cell == nullptr) return turn.counters.notices_lost.add(1);
  cell->tag = burst.tag[i];
  cell->counter = load<DataHeader>(burst.payload[i]).counter;
  turn.mailbox.punt(cell);
  turn.counters.notices.add(1);
}

Verdict punt_neighbour(Turn& turn, const Link& link, const Burst& burst, std::size_t i) {
  const ByteView frame = frame_bytes(burst.frame[i]);
  if (frame.size() > kCellBytes) return Verdict::neighbour_ignored;
  PuntCell* cell = begin(turn, PuntClass::neighbour, link);
  if (cell == nullptr) return Verdict::punt_full;
  cell->size = static_cast<std::uint16_t>(frame.size());
  std::memcpy(cell->bytes.data(), frame.data(), frame.size());
  turn.mailbox.punt(cell);
  return Verdict::punted;
}

}  // namespace jvpn
