// SPDX-License-Identifier: Apache-2.0
// What the control thread does for the data plane while it runs: neighbours and control's
// datagrams.
#include <algorithm>

#include "base/ensure.h"
#include "dataplane/plane_state.h"

namespace jvpn {
namespace {

/// How often the clock's offset is written and grace periods are asked for. Each costs every worker
/// a cache line that it needs in its next turn, and a busy control thread steps every few
/// microseconds.
constexpr Duration kSharedInterval = std::chrono::microseconds(250);

}  // namespace

void DataPlane::step(Instant now) {
  State& state = *state_;
  state.last_step = now;
  if (now >= state.next_shared) state.tend_shared(now);
  for (Mailbox& mailbox : state.mailboxes) state.take_neighbour_punts(mailbox);
  std::vector<NeighbourFrame> questions;
  state.upkeep.step(now, questions);
  state.send_frames(questions);
  state.send_held(now);
  state.mark_load(now);
}

void DataPlane::renew_clock() {
  state_->clock->refresh();
}

void DataPlane::State::tend_shared(Instant now) {
  next_shared = now + kSharedInterval;
  clock->refresh();
  table->reclaim();
  if (routes != nullptr) routes->reclaim();
}

/// A cell with a frame is an answer or announcement; one without asks for `source` to be resolved.
void DataPlane::State::take_neighbour_punts(Mailbox& mailbox) {
  std::array<PuntCell*, kBurst> cells;
  const std::size_t count = mailbox.take_punted(PuntClass::neighbour, cells);
  for (PuntCell* cell : std::span(cells).first(count)) {
    if (cell->size == 0) {
      upkeep.want(cell->port, cell->source.address);
    } else {
      upkeep.on_frame(cell->port, ByteView(cell->bytes).first(cell->size), last_step);
    }
  }
  mailbox.done(std::span(cells).first(count));
}

void DataPlane::State::send_frames(const std::vector<NeighbourFrame>& frames) {
  for (const NeighbourFrame& frame : frames) {
    InjectCell* cell = mailboxes[0].begin_inject();
    if (cell == nullptr) return;  // asked again at the next interval
    cell->kind = InjectKind::frame;
    cell->port = frame.link;
    cell->size = frame.size;
    std::ranges::copy(frame.view(), cell->bytes.begin());
    post(cell);
  }
}

void DataPlane::State::post(InjectCell* cell) {
  mailboxes[0].inject(cell);
  if (!bells.empty()) bells[0]->ring();
}

bool DataPlane::send(std::uint8_t underlay, const Endpoint& peer, ByteView payload) {
  State& state = *state_;
  ensure(underlay < state.config.underlays.size(), "an underlay is named by its index");
  ensure(payload.size() <= kCellBytes, "control's datagrams fit into a cell");
  const IpAddress& hop = state.facts.links[underlay].hop_towards(peer.address);
  const std::uint16_t index = hop.is_unset() ? Neighbours::kNone : state.upkeep.want(underlay, hop);
  bool queued = false;
  if (state.neighbours->is_resolved(index)) {
    queued = state.inject(underlay, peer, payload);
  } else if (index != Neighbours::kNone && state.held.size() < State::kMaxHeld) {
    state.held.push_back(
        {underlay, peer, {payload.begin(), payload.end()}, state.last_step + State::kHoldTime});
    queued = true;
  }
  if (!queued) ++state.sends_lost;
  return queued;
}

bool DataPlane::State::inject(std::uint8_t underlay, const Endpoint& peer, ByteView payload) {
  InjectCell* cell = mailboxes[0].begin_inject();
  if (cell == nullptr) return false;
  cell->kind = InjectKind::datagram;
  cell->port = underlay;
  cell->size = static_cast<std::uint16_t>(payload.size());
  cell->destination = peer;
  std::ranges::copy(payload, cell->bytes.begin());
  post(cell);
  return true;
}

void DataPlane::State::send_held(Instant now) {
  std::erase_if(held, [&](const HeldDatagram& datagram) {
    const Link& link = facts.links[datagram.underlay];
    const std::uint16_t index =
        neighbours->find(link.index, link.hop_towards(datagram.peer.address));
    const bool resolved = neighbours->is_resolved(index);
    const bool over = now >= datagram.until;
    if (!resolved && !over) return false;
    if (!resolved || !inject(datagram.underlay, datagram.peer, datagram.payload)) ++sends_lost;
    return true;
  });
}

}  // namespace jvpn
