// SPDX-License-Identifier: Apache-2.0
#include "dataplane/seal.h"

#include "crypto/key_prefetch.h"
#include "dataplane/session_lines.h"
#include "session/core/key_budget.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

/// The neighbour that the packet before went to. Its MAC is known for one burst only: control may
/// learn another.
struct KnownMac {
  std::uint16_t index = Neighbours::kNone;
  EtherAddress mac{};
};

bool lead_to(KnownMac& hop, std::uint16_t index, Neighbours& neighbours) {
  if (index == hop.index) [[likely]]
    return index != Neighbours::kNone;
  hop.index = neighbours.mac_of(index, hop.mac) ? index : Neighbours::kNone;
  return hop.index != Neighbours::kNone;
}

/// The way of the IPv4 packet before: a packet that goes the same way needs nothing of its snapshot
/// but the view's first line. The MAC is this burst's, as above.
struct UsualWay {
  const UnderlayV4* underlay = nullptr;
  std::uint16_t link = kNoLink;
  std::uint32_t hop = 0;  ///< address of the neighbour
  UnderlayV4::Front front;

  static constexpr std::uint16_t kNoLink = 0xffff;  ///< no view names it

  /// The last one that was found, also in a burst before; or none, if its neighbour is lost.
  static UsualWay recall(const Turn& turn) {
    const LastWay& last = turn.last_way;
    Neighbours& neighbours = *turn.plane.neighbours;
    EtherAddress mac;
    if (!neighbours.is(last.neighbour, last.link, IpAddress::v4(last.hop))) return {};
    if (!neighbours.mac_of(last.neighbour, mac)) return {};
    const UnderlayV4& underlay = turn.usual.underlays[last.link];
    return {&underlay, last.link, last.hop, underlay.towards(mac)};
  }
  bool leads_to(const SessionView& view) const {
    return view.underlay == link && view.bound.address.is_v4() &&
           underlay->hop_towards(view.bound.address) == hop;
  }
};

struct Ways {
  KnownMac mac;
  UsualWay usual;
  std::array<rte_mbuf*, kBurst> over_v6;  ///< frames that lack a checksum over their payload
  std::size_t over_v6_count = 0;
};

/// What becomes of one packet, and how its outer headers are written: `write(view, frame, id,
/// size)`, `outer` bytes at `frame`, for `size` inner ones. Takes the next counter and writes all
/// headers, unless there is a verdict; then the packet is sealed and leaves.
template <class WriteOuter>
[[gnu::always_inline]] inline Verdict begin(Burst& burst, std::size_t i, std::size_t outer,
                                            WriteOuter&& write, AeadOp& op) {
  TableRecord& record = *burst.record[i];
  const SessionView& view = burst.snapshot[i]->view;
  const SealingKey key =
      burst.traits[i].has(Trait::staged_keys) ? sealing_key(record, view) : own_sealing_key(record);
  const std::uint16_t size = burst.payload_size[i];
  const std::uint64_t blocks = own(key.use->blocks) + blocks_of(size);
  if (blocks > kBlocksPerKey) return Verdict::key_exhausted;
  std::uint8_t* const data = burst.payload[i];
  rte_mbuf* const mbuf = burst.frame[i];
  if (!has_room(mbuf, {data, size}, outer + sizeof(DataHeader), kAeadTagSize)) {
    return Verdict::no_room;
  }
  std::uint8_t* const header = data - sizeof(DataHeader);
  const std::uint64_t counter = own(key.use->next_counter);
  op.key = key.key;
  op.counter = counter;
  op.aad = header;
  op.aad_size = sizeof(DataHeader);
  op.size = size;
  op.data = data;
  op.tag = data + size;
  set(key.use->next_counter, counter + 1);
  set(key.use->blocks, blocks);
  follow_binding(record.downlink, view);
  add(record.downlink.sent, 1);
  add(record.downlink.bytes, size);

  std::uint8_t* const frame = header - outer;
  set_frame(mbuf, frame, outer + kDataOverhead + size);
  const auto epoch = static_cast<std::uint8_t>(own(key.use->key_epoch) & 0xf);
  // Number by number: a whole header put together on the stack would be read before it is written.
  const std::uint64_t prefix = WirePrefix::number(WireType::data, view.client_tag, epoch);
  store(header, BigEndian<std::uint64_t>(prefix));
  store(header + sizeof(WirePrefix), BigEndian<std::uint64_t>(counter));
  write(view, frame, static_cast<std::uint16_t>(counter), size);
  burst.leave_carried(i, view.underlay, burst.once_sealed[i]);
  return Verdict::undecided;
}

[[gnu::always_inline]] inline Verdict begin_usual(const UsualWay& way, Burst& burst, std::size_t i,
                                                  AeadOp& op) {
  const auto write = [&](const SessionView& view, std::uint8_t* frame, std::uint16_t id,
                         std::uint16_t size) {
    const auto datagram = static_cast<std::uint16_t>(size + kDataOverhead);
    way.underlay->write(frame, way.front, view.bound, {burst.ecn[i], id, datagram});
  };
  return begin(burst, i, kOuterSizeV4, write, op);
}

/// By the snapshot's template. What an IPv4 one has shown of its way is remembered.
Verdict find_way(Turn& turn, Ways& ways, const Snapshot& snapshot) {
  const SessionView& view = snapshot.view;
  const std::size_t outer = outer_size(snapshot.outer);
  if (!view.has_binding() || outer == 0) return Verdict::no_binding;
  if (view.underlay >= turn.underlays) return Verdict::no_binding;
  if (!lead_to(ways.mac, snapshot.outer.next_hop, *turn.plane.neighbours)) {
    return Verdict::next_hop_unresolved;
  }
  const UnderlayV4& underlay = turn.usual.underlays[view.underlay];
  const std::uint32_t hop = underlay.hop_towards(view.bound.address);
  if (outer == kOuterSizeV4 && hop != 0) {
    turn.last_way = {view.underlay, hop, ways.mac.index};
    ways.usual = {&underlay, view.underlay, hop, underlay.towards(ways.mac.mac)};
  }
  return Verdict::undecided;
}

[[gnu::noinline]] Verdict begin_any(Turn& turn, Ways& ways, Burst& burst, std::size_t i,
                                    AeadOp& op) {
  const Snapshot& snapshot = *burst.snapshot[i];
  const Verdict verdict = find_way(turn, ways, snapshot);
  if (verdict != Verdict::undecided) return verdict;
  const std::size_t outer = outer_size(snapshot.outer);
  const auto write = [&](const SessionView&, std::uint8_t*, std::uint16_t id, std::uint16_t) {
    const OuterFields fields{ways.mac.mac, burst.ecn[i], id};
    const ByteSpan frame = frame_bytes(burst.frame[i]);
    if (outer == kOuterSizeV4) return write_outer_v4(frame, snapshot.outer, fields);
    write_outer_v6(frame, snapshot.outer, fields);
    ways.over_v6[ways.over_v6_count++] = burst.frame[i];
  };
  return begin(burst, i, outer, write, op);
}

}  // namespace

void seal(Turn& turn, Burst& burst) {
  const PacketSet packets = burst.in(Lane::seal);
  if (packets.size() == 0) return;
  if (!turn.serving) [[unlikely]] {
    for (const std::size_t i : packets) burst.settle(i, Verdict::not_serving);
    return;
  }
  std::array<AeadOp, kBurst> ops;
  std::size_t count = 0;
  Ways ways;
  ways.usual = UsualWay::recall(turn);
  for (const std::size_t i : packets) {
    AeadOp& op = ops[count];
    const Verdict verdict = ways.usual.leads_to(burst.snapshot[i]->view)
                                ? begin_usual(ways.usual, burst, i, op)
                                : begin_any(turn, ways, burst, i, op);
    if (verdict != Verdict::undecided) [[unlikely]] {
      burst.settle(i, verdict);
      continue;
    }
    prefetch_early_key(op, count++);
  }
  turn.engine.seal(std::span(ops).first(count));
  for (const rte_mbuf* frame : std::span(ways.over_v6).first(ways.over_v6_count)) {
    write_udp_checksum_v6(frame_bytes(frame));
  }
}

}  // namespace jvpn
