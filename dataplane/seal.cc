// SPDX-License-Identifier: Apache-2.0
#include "dataplane/seal.h"

#include "crypto/key_prefetch.h"
#include "dataplane/outer.h"
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

struct Sealing {
  SealingKey key{};
  std::size_t outer = 0;  ///< bytes of outer headers
};

Verdict check(const Turn& turn, KnownMac& hop, const Burst& burst, std::size_t i,
              Sealing& sealing) {
  const Snapshot& snapshot = *burst.snapshot[i];
  sealing.outer = outer_size(snapshot.outer);
  if (!snapshot.view.has_binding() || sealing.outer == 0) return Verdict::no_binding;
  if (snapshot.view.underlay >= turn.underlays) return Verdict::no_binding;
  if (!lead_to(hop, snapshot.outer.next_hop, *turn.plane.neighbours)) {
    return Verdict::next_hop_unresolved;
  }
  sealing.key = sealing_key(*burst.record[i], snapshot.view);
  if (own(sealing.key.use->blocks) + blocks_of(burst.payload_size[i]) > kBlocksPerKey) {
    return Verdict::key_exhausted;
  }
  const std::size_t before = sealing.outer + sizeof(DataHeader);
  const bool fits = has_room(burst.frame[i], burst.payload_of(i), before, kAeadTagSize);
  return fits ? Verdict::undecided : Verdict::no_room;
}

/// Takes the next counter and writes all headers; from here on the packet is sealed and leaves.
void begin(const KnownMac& hop, const Sealing& sealing, Burst& burst, std::size_t i, AeadOp& op) {
  TableRecord& record = *burst.record[i];
  const Snapshot& snapshot = *burst.snapshot[i];
  const std::uint16_t size = burst.payload_size[i];
  SealingUse& use = *sealing.key.use;
  const std::uint64_t counter = own(use.next_counter);
  set(use.next_counter, counter + 1);
  add(use.blocks, blocks_of(size));
  follow_binding(record.downlink, record, snapshot.view);
  add(record.downlink.sent, 1);
  add(record.downlink.bytes, size);

  std::uint8_t* const data = burst.payload[i];
  std::uint8_t* const header = data - sizeof(DataHeader);
  set_frame(burst.frame[i], header - sealing.outer, sealing.outer + kDataOverhead + size);
  const auto epoch = static_cast<std::uint8_t>(own(use.key_epoch) & 0xf);
  // Field by field: a whole header put together on the stack would be read before it is written.
  store(header, WirePrefix::make(WireType::data, snapshot.view.client_tag, epoch));
  store(header + sizeof(WirePrefix), BigEndian<std::uint64_t>(counter));
  const OuterFields fields{hop.mac, burst.ecn[i], static_cast<std::uint16_t>(counter)};
  const ByteSpan frame = frame_bytes(burst.frame[i]);
  if (sealing.outer == kOuterSizeV4) [[likely]] {
    write_outer_v4(frame, snapshot.outer, fields);
  } else {
    write_outer_v6(frame, snapshot.outer, fields);
  }
  burst.leave_carried(i, snapshot.view.underlay, burst.once_sealed[i]);
  op.key = sealing.key.key;
  op.counter = counter;
  op.aad = header;
  op.aad_size = sizeof(DataHeader);
  op.size = size;
  op.data = data;
  op.tag = data + size;
}

}  // namespace

void seal(Turn& turn, Burst& burst) {
  std::array<AeadOp, kBurst> ops;
  std::size_t count = 0;
  std::array<rte_mbuf*, kBurst> over_v6;
  std::size_t over_v6_count = 0;
  KnownMac hop;
  for (const std::size_t i : burst.in(Lane::seal)) {
    Sealing sealing;
    const Verdict verdict =
        turn.serving ? check(turn, hop, burst, i, sealing) : Verdict::not_serving;
    if (verdict != Verdict::undecided) [[unlikely]] {
      burst.settle(i, verdict);
      continue;
    }
    begin(hop, sealing, burst, i, ops[count]);
    prefetch_early_key(ops[count], count);
    ++count;
    if (sealing.outer == kOuterSizeV6) over_v6[over_v6_count++] = burst.frame[i];
  }
  turn.engine.seal(std::span(ops).first(count));
  for (const rte_mbuf* frame : std::span(over_v6).first(over_v6_count)) {
    write_udp_checksum_v6(frame_bytes(frame));
  }
}

}  // namespace jvpn
