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
  const std::uint16_t index = turn.plane.neighbours->find(link.index, hop);
  if (index != Neighbours::kNone) return turn.plane.neighbours->mac_of(index, out);
  ask_control(turn, link, hop);
  return false;
}

}  // namespace jvpn
