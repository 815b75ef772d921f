// SPDX-License-Identifier: Apache-2.0
#include "dataplane/seal.h"

#include "dataplane/outer.h"
#include "dataplane/session_lines.h"
#include "session/core/key_budget.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

struct Sealing {
  std::size_t packet = 0;
  SealingKey key{};
  EtherAddress next_hop{};
  std::uint16_t id = 0;
};

Verdict check(const Turn& turn, const Burst& burst, Sealing& sealing) {
  const std::size_t i = sealing.packet;
  const Snapshot& snapshot = *burst.snapshot[i];
  const std::size_t underlays = turn.plane.links.size() - 1;
  if (!snapshot.view.has_binding() || outer_size(snapshot.outer) == 0) return Verdict::no_binding;
  if (snapshot.view.underlay >= underlays) return Verdict::no_binding;
  if (!turn.plane.neighbours->mac_of(snapshot.outer.next_hop, sealing.next_hop)) {
    return Verdict::next_hop_unresolved;
  }
  sealing.key = sealing_key(*burst.record[i], snapshot.view);
  if (own(sealing.key.use->blocks) + blocks_of(burst.payload_size[i]) > kBlocksPerKey) {
    return Verdict::key_exhausted;
  }
  const std::size_t before = outer_size(snapshot.outer) + sizeof(DataHeader);
  const bool fits = has_room(burst.frame[i], burst.payload_of(i), before, kAeadTagSize);
  return fits ? Verdict::undecided : Verdict::no_room;
}

/// Takes the next counter and makes room; from here on the packet is sealed and leaves.
AeadOp begin(Burst& burst, Sealing& sealing) {
  const std::size_t i = sealing.packet;
  TableRecord& record = *burst.record[i];
  const SessionView& view = burst.snapshot[i]->view;
  SealingUse& use = *sealing.key.use;
  const std::uint64_t counter = own(use.next_counter);
  sealing.id = static_cast<std::uint16_t>(counter);
  set(use.next_counter, counter + 1);
  add(use.blocks, blocks_of(burst.payload_size[i]));
  follow_binding(record.downlink, record, view);
  add(record.downlink.sent, 1);
  add(record.downlink.bytes, burst.payload_size[i]);

  std::uint8_t* const data = burst.payload[i];
  std::uint8_t* const header = data - sizeof(DataHeader);
  const std::size_t outer = outer_size(burst.snapshot[i]->outer);
  set_frame(burst.frame[i], header - outer, outer + kDataOverhead + burst.payload_size[i]);
  const auto epoch = static_cast<std::uint8_t>(own(use.key_epoch) & 0xf);
  // Field by field: a whole header put together on the stack would be read before it is written.
  store(header, WirePrefix::make(WireType::data, view.client_tag, epoch));
  store(header + sizeof(WirePrefix), BigEndian<std::uint64_t>(counter));
  return {sealing.key.key,
          counter,
          header,
          sizeof(DataHeader),
          burst.payload_size[i],
          data,
          data + burst.payload_size[i],
          false};
}

void finish(Burst& burst, const Sealing& sealing) {
  const std::size_t i = sealing.packet;
  const Snapshot& snapshot = *burst.snapshot[i];
  finish_outer(frame_bytes(burst.frame[i]), snapshot.outer,
               {sealing.next_hop, burst.ecn[i], sealing.id});
  burst.leave_carried(i, snapshot.view.underlay, burst.once_sealed[i]);
}

}  // namespace

void seal(Turn& turn, Burst& burst) {
  std::array<AeadOp, kBurst> ops;
  std::array<Sealing, kBurst> sealings;
  std::size_t count = 0;
  for (const std::size_t i : burst.in(Lane::seal)) {
    if (!turn.serving) {
      burst.settle(i, Verdict::not_serving);
      continue;
    }
    Sealing& sealing = sealings[count];
    sealing.packet = i;
    const Verdict verdict = check(turn, burst, sealing);
    if (verdict != Verdict::undecided) {
      burst.settle(i, verdict);
      continue;
    }
    ops[count++] = begin(burst, sealing);
  }
  turn.engine.seal(std::span(ops).first(count));
  for (std::size_t k = 0; k < count; ++k) finish(burst, sealings[k]);
}

}  // namespace jvpn
