// SPDX-License-Identifier: Apache-2.0
// A few cells a turn: control fills the ring in batches, and data wait in the device while their
// worker sends what is in it. What a cell holds lies in control's cache; it is fetched for all
// cells of the turn at once.
#include "dataplane/inject.h"

#include "base/prefetch.h"
#include "dataplane/burst.h"
#include "dataplane/finish.h"
#include "dataplane/next_hop.h"
#include "dataplane/outer.h"

namespace jvpn {
namespace {

constexpr std::size_t kLine = 64;
/// What nearly all of control's messages fit into, headers included.
constexpr std::size_t kUsualCell = offsetof(InjectCell, bytes) + kRequestSize;
constexpr std::size_t kUsualFrame = kOuterSizeV4 + kRequestSize;

/// A frame that nobody has looked into yet; null: there is none. Its first bytes will be where an
/// earlier user of it began, nearly always.
rte_mbuf* take_frame(Turn& turn) {
  rte_mbuf* const frame = rte_mbuf_raw_alloc(turn.plane.buffers[turn.worker]);  // made before
  if (frame == nullptr) return nullptr;
  rte_mbuf_prefetch_part1(frame);
  rte_mbuf_prefetch_part2(frame);
  auto* const begin = reinterpret_cast<std::uint8_t*>(frame + 1) + RTE_PKTMBUF_HEADROOM;
  for (std::size_t at = 0; at < kUsualFrame; at += kLine) prefetch_to_write(begin + at);
  return frame;
}

void prefetch_cell(const InjectCell& cell) {
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(&cell);
  for (std::size_t at = 0; at < kUsualCell; at += kLine) prefetch(begin + at);
}

void write_outer(Turn& turn, const InjectCell& cell, const EtherAddress& next_hop, ByteSpan frame) {
  const Link& link = turn.plane.links[cell.port];
  const std::uint16_t id = turn.next_ip_id++;
  if (!cell.destination.address.is_v4()) {
    return finish_outer(frame, build_outer(link, cell.destination, Neighbours::kNone),
                        {next_hop, 0, id});
  }
  const UnderlayV4& underlay = turn.usual.underlays[link.index];
  underlay.write(frame.data(), underlay.towards(next_hop), cell.destination, {0, id, cell.size});
}

bool fill_datagram(Turn& turn, const Link& link, const InjectCell& cell, rte_mbuf* frame) {
  const bool v4 = cell.destination.address.is_v4();
  if (link.plaintext || link.own(v4).is_unset()) return false;
  EtherAddress next_hop;
  if (!find_next_hop(turn, link, cell.destination.address, next_hop)) return false;
  const std::size_t headers = v4 ? kOuterSizeV4 : kOuterSizeV6;
  const std::size_t size = headers + cell.size;
  if (rte_pktmbuf_append(frame, static_cast<std::uint16_t>(size)) == nullptr) return false;
  const ByteSpan bytes = frame_bytes(frame);
  std::memcpy(bytes.data() + headers, cell.bytes.data(), cell.size);
  write_outer(turn, cell, next_hop, bytes);
  return true;
}

bool fill_frame(const InjectCell& cell, rte_mbuf* frame) {
  if (rte_pktmbuf_append(frame, cell.size) == nullptr) return false;
  std::memcpy(frame_bytes(frame).data(), cell.bytes.data(), cell.size);
  return true;
}

/// `frame` with what the cell holds, ready to leave by its port; null: it cannot be sent.
rte_mbuf* fill(Turn& turn, const InjectCell& cell, rte_mbuf* frame) {
  if (frame == nullptr) return nullptr;
  rte_pktmbuf_reset(frame);
  const bool possible = cell.port < turn.plane.links.size() && cell.size <= kCellBytes;
  if (possible) {
    const Link& link = turn.plane.links[cell.port];
    const bool filled = cell.kind == InjectKind::datagram ? fill_datagram(turn, link, cell, frame)
                                                          : fill_frame(cell, frame);
    if (filled) return frame;
  }
  rte_pktmbuf_free(frame);
  return nullptr;
}

/// Frames in a row that leave by the same link go to the device together.
class Leaving {
 public:
  explicit Leaving(Turn& turn) : turn_(turn) {}
  void add(std::uint8_t link, rte_mbuf* frame) {
    if (link != link_) send();
    link_ = link;
    frames_[count_++] = frame;
  }
  void send() {
    if (count_ == 0) return;
    const auto frames = std::span(frames_).first(count_);
    const std::size_t sent = transmit(turn_, turn_.plane.links[link_], frames);
    for (rte_mbuf* frame : frames.subspan(sent)) rte_pktmbuf_free(frame);
    turn_.counters.injected.add(sent);
    turn_.counters.injected_lost.add(count_ - sent);
    count_ = 0;
  }

 private:
  Turn& turn_;
  std::uint8_t link_ = 0;
  std::size_t count_ = 0;
  std::array<rte_mbuf*, kInjectedPerTurn> frames_;
};

}  // namespace

Injected take_injected(Turn& turn) {
  Injected out;
  out.count = turn.mailbox.take_injected(out.cells);
  for (std::size_t i = 0; i < out.count; ++i) {
    prefetch_cell(*out.cells[i]);
    out.frames[i] = take_frame(turn);
  }
  return out;
}

void send_injected(Turn& turn, const Injected& injected) {
  if (injected.count == 0) return;
  const auto taken = std::span(injected.cells).first(injected.count);
  Leaving leaving(turn);
  for (std::size_t i = 0; i < injected.count; ++i) {
    if (rte_mbuf* const frame = fill(turn, *injected.cells[i], injected.frames[i])) {
      leaving.add(injected.cells[i]->port, frame);
    } else {
      turn.counters.injected_lost.add(1);
    }
  }
  leaving.send();
  turn.mailbox.done(taken);
}

}  // namespace jvpn
