// SPDX-License-Identifier: Apache-2.0
#include "dataplane/inject.h"

#include "dataplane/burst.h"
#include "dataplane/finish.h"
#include "dataplane/next_hop.h"
#include "dataplane/outer.h"

namespace jvpn {
namespace {

bool fill_datagram(Turn& turn, const Link& link, const InjectCell& cell, rte_mbuf* frame) {
  const OuterTemplate outer = build_outer(link, cell.destination, Neighbours::kNone);
  const std::size_t headers = outer_size(outer);
  OuterFields fields;
  if (headers == 0 || link.plaintext) return false;
  if (!find_next_hop(turn, link, cell.destination.address, fields.next_hop)) return false;
  const std::size_t size = headers + cell.size;
  if (rte_pktmbuf_append(frame, static_cast<std::uint16_t>(size)) == nullptr) return false;
  const ByteSpan bytes = frame_bytes(frame);
  std::memcpy(bytes.data() + headers, cell.bytes.data(), cell.size);
  fields.id = turn.next_ip_id++;
  finish_outer(bytes, outer, fields);
  return true;
}

bool fill_frame(const InjectCell& cell, rte_mbuf* frame) {
  if (rte_pktmbuf_append(frame, cell.size) == nullptr) return false;
  std::memcpy(frame_bytes(frame).data(), cell.bytes.data(), cell.size);
  return true;
}

bool send_cell(Turn& turn, const InjectCell& cell) {
  if (cell.port >= turn.plane.links.size() || cell.size > kCellBytes) return false;
  const Link& link = turn.plane.links[cell.port];
  rte_mbuf* frame = rte_pktmbuf_alloc(turn.plane.buffers[turn.worker]);  // made before
  if (frame == nullptr) return false;
  const bool filled = cell.kind == InjectKind::datagram ? fill_datagram(turn, link, cell, frame)
                                                        : fill_frame(cell, frame);
  if (filled && transmit(turn, link, std::span(&frame, 1)) == 1) return true;
  rte_pktmbuf_free(frame);
  return false;
}

}  // namespace

std::size_t send_injected(Turn& turn) {
  std::array<InjectCell*, kBurst> cells;
  const std::size_t count = turn.mailbox.take_injected(cells);
  for (std::size_t i = 0; i < count; ++i) {
    (send_cell(turn, *cells[i]) ? turn.counters.injected : turn.counters.injected_lost).add(1);
  }
  turn.mailbox.done(std::span(cells).first(count));
  return count;
}

}  // namespace jvpn
