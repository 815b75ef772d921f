// SPDX-License-Identifier: Apache-2.0
#include "client/traffic.h"

#include <algorithm>

#include "base/ensure.h"
#include "session/core/inner.h"

namespace jvpn::client {
namespace {

DataHeader header_of(ByteView datagram) {
  return load<DataHeader>(datagram.data());
}

}  // namespace

Traffic::Traffic(const TrafficConfig& config, Key32 traffic_root, AeadEngine& engine,
                 TrafficCounters& counters)
    : config_(config), engine_(engine), counters_(counters) {
  slots_[kCurrent] = expand(KeyEpoch{0}, std::move(traffic_root));
}

bool Traffic::is_own(const IpAddress& address) const {
  if (address.is_unset()) return false;
  if (address == config_.inner_v4 || address == config_.inner_v6) return true;
  return std::ranges::any_of(config_.prefixes,
                             [&](const IpPrefix& behind) { return behind.contains(address); });
}

bool Traffic::is_sendable(ByteView inner) {
  const std::optional<InnerPacket> packet = parse_inner(inner);
  if (!packet) {
    ++counters_.not_ip;
    return false;
  }
  if (!is_own(packet->source)) {
    ++counters_.foreign_source;
    return false;
  }
  return true;
}

bool Traffic::may_seal(std::size_t size) const {
  return current().sealed_blocks + blocks_of(size) <= config_.budget.blocks;
}

AeadOp Traffic::prepare(std::uint8_t* begin, std::uint32_t inner_size, Tag gateway_tag) {
  KeySlot& slot = *slots_[kCurrent];
  const std::uint64_t counter = slot.next_counter++;
  slot.sealed_blocks += blocks_of(inner_size);
  store(begin, DataHeader{WirePrefix::make(WireType::data, gateway_tag, slot.low()), counter});
  std::uint8_t* inner = begin + sizeof(DataHeader);
  return {&slot.seal_key(),   counter, begin, sizeof(DataHeader), inner_size, inner,
          inner + inner_size, false};
}

std::size_t Traffic::seal(std::span<OutgoingPacket> burst, Tag gateway_tag) {
  ensure(burst.size() <= kPacketBurst, "the caller takes no more than a burst");
  std::array<AeadOp, kPacketBurst> ops;
  std::size_t count = 0;
  for (OutgoingPacket& packet : burst) {
    packet.wire_size = 0;
    if (!is_sendable({packet.begin + OutgoingPacket::kHeadroom, packet.inner_size})) continue;
    if (!may_seal(packet.inner_size)) {
      ++counters_.key_exhausted;
      continue;
    }
    ops[count++] = prepare(packet.begin, packet.inner_size, gateway_tag);
    packet.wire_size = packet.inner_size + static_cast<std::uint32_t>(kDataOverhead);
  }
  engine_.seal(std::span(ops).first(count));
  counters_.sent += count;
  return count;
}

bool Traffic::seal_heartbeat(const Heartbeat& heartbeat, Tag gateway_tag,
                             std::span<std::uint8_t, kHeartbeatSize> out) {
  if (!may_seal(kHeartbeatInnerSize)) return false;
  write_heartbeat(heartbeat, out.subspan<sizeof(DataHeader), kHeartbeatInnerSize>());
  AeadOp op = prepare(out.data(), kHeartbeatInnerSize, gateway_tag);
  engine_.seal(std::span(&op, 1));
  return true;
}

KeySlot* Traffic::find(ByteView datagram) const {
  const std::uint8_t low = header_of(datagram).prefix.low();
  // A new owner counts on from the epoch that we named, so its number can be one that the old owner
  // staged just before: the newest meaning is the one that will be spoken.
  for (const SlotName name : {kCurrent, kExpected, kStaged, kFormer}) {
    if (slots_[name] && slots_[name]->low() == low) return slots_[name].get();
  }
  return nullptr;
}

bool Traffic::is_ours(ByteView datagram) const {
  if (datagram.size() < kDataOverhead) return false;
  const WirePrefix prefix = header_of(datagram).prefix;
  return prefix.type() == static_cast<std::uint8_t>(WireType::data) &&
         Tag::from_wire(prefix.tag) == config_.client_tag && find(datagram) != nullptr;
}

bool Traffic::is_worth_opening(KeySlot& slot, Counter counter) {
  if (slot.failed_opens >= config_.budget.failed_opens) {
    ++counters_.key_exhausted;
    return false;
  }
  const Freshness freshness = slot.window.check(counter, config_.replay_window);
  if (freshness == Freshness::fresh) return true;
  ++(freshness == Freshness::late ? counters_.late : counters_.duplicate);
  return false;
}

ByteView Traffic::take(KeySlot& slot, const AeadOp& op) {
  if (!op.ok) {
    ++slot.failed_opens;
    ++counters_.not_opened;
    return {};
  }
  if (slot.window.mark(Counter{op.counter}, config_.replay_window) != Freshness::fresh) {
    ++counters_.duplicate;  // its twin was in the same burst
    return {};
  }
  ++slot.opened;
  slot.opened_blocks += blocks_of(op.size);
  return {op.data, op.size};
}

void Traffic::open(std::span<const ByteSpan> datagrams, std::span<ByteView> inner) {
  ensure(datagrams.size() <= kPacketBurst, "the caller takes no more than a burst");
  std::array<AeadOp, kPacketBurst> ops;
  std::array<KeySlot*, kPacketBurst> slots;
  std::array<std::size_t, kPacketBurst> index;
  std::size_t count = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    inner[i] = {};
    const Counter counter{header_of(datagrams[i]).counter};
    KeySlot& slot = *find(datagrams[i]);
    if (!is_worth_opening(slot, counter)) continue;
    std::uint8_t* begin = datagrams[i].data();
    const auto size = static_cast<std::uint32_t>(datagrams[i].size() - kDataOverhead);
    std::uint8_t* data = begin + sizeof(DataHeader);
    index[count] = i;
    slots[count] = &slot;
    ops[count++] = {&slot.open_key(), counter.value, begin, sizeof(DataHeader), size, data,
                    data + size,      false};
  }
  engine_.open(std::span(ops).first(count));
  for (std::size_t k = 0; k < count; ++k) inner[index[k]] = take(*slots[k], ops[k]);
  if (is_staged() && slots_[kStaged]->opened != 0) promote(kStaged);
}

bool Traffic::is_deliverable(ByteView inner) {
  const std::optional<InnerPacket> packet = parse_inner(inner);
  if (packet && is_own(packet->destination)) return true;
  ++counters_.bad_inner;
  return false;
}

std::unique_ptr<KeySlot> Traffic::expand(KeyEpoch epoch, Key32 root) {
  return std::make_unique<KeySlot>(epoch, config_.suite, std::move(root), engine_);
}

void Traffic::promote(SlotName next) {
  slots_[kFormer] = std::exchange(slots_[kCurrent], std::move(slots_[next]));
}

void Traffic::stage(KeyEpoch epoch, Key32 root) {
  slots_[kStaged] = expand(epoch, std::move(root));
}

void Traffic::adopt(KeyEpoch epoch, Key32 root) {
  stage(epoch, std::move(root));
  promote(kStaged);
}

void Traffic::expect(KeyEpoch epoch, Key32 root) {
  slots_[kExpected] = expand(epoch, std::move(root));
}

bool Traffic::expects(KeyEpoch epoch) const {
  return slots_[kExpected] && slots_[kExpected]->epoch() == epoch;
}

void Traffic::adopt_expected() {
  ensure(slots_[kExpected] != nullptr, "an owner is adopted whose keys were expected");
  promote(kExpected);
  slots_[kStaged].reset();  // the old owner's
}

}  // namespace jvpn::client
