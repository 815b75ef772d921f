// SPDX-License-Identifier: Apache-2.0
#include "dataplane/next_hop.h"

namespace jvpn {
namespace {

/// A punt of class neighbour with no bytes: "resolve `source.address` on link `port`".
void ask_control(Turn& turn, const Link& link, const IpAddress& hop) {
  PuntCell* cell = turn.mailbox.begin_punt(PuntClass::neighbour);
  if (cell == nullptr) return;  // the next packet asks again
  cell->port = link.index;
  cell->worker = turn.worker;
  cell->size = 0;
  cell->wire_size = 0;
  cell->received_at = turn.now;
  cell->source = Endpoint{hop, 0};
  turn.mailbox.punt(cell);
}

}  // namespace

bool find_next_hop(Turn& turn, const Link& link, const IpAddress& destination, EtherAddress& out) {
  const IpAddress& hop = link.hop_towards(destination);
  if (hop.is_unset()) return false;
  Neighbours& neighbours = *turn.plane.neighbours;
  // Most packets have the next hop of the one before them.
  if (!neighbours.is(turn.last_hop, link.index, hop)) {
    turn.last_hop = neighbours.find(link.index, hop);
  }
  if (turn.last_hop != Neighbours::kNone) return neighbours.mac_of(turn.last_hop, out);
  ask_control(turn, link, hop);
  return false;
}

}  // namespace jvpn
