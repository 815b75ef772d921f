// SPDX-License-Identifier: Apache-2.0
#include "client/traffic.h"

#include "base/ensure.h"
#include "session/core/inner.h"

namespace jvpn::client {
namespace {

constexpr KeyEpoch kFirstKeyEpoch{0};

void expand(AeadEngine& engine, Suite suite, const Key32& root, Direction direction, AeadKey& out) {
  const TrafficKey key = derive_traffic_key(root, kFirstKeyEpoch, direction);
  engine.expand(suite, key.key, key.iv, out);
}

DataHeader header_of(ByteView datagram) {
  return load<DataHeader>(datagram.data());
}

}  // namespace

Traffic::Traffic(const TrafficConfig& config, const Key32& traffic_root, AeadEngine& engine,
                 TrafficCounters& counters)
    : config_(config), engine_(engine), counters_(counters) {
  expand(engine, config.suite, traffic_root, Direction::client_to_gateway, seal_key_);
  expand(engine, config.suite, traffic_root, Direction::gateway_to_client, open_key_);
}

Traffic::~Traffic() {
  wipe_key(seal_key_);
  wipe_key(open_key_);
}

bool Traffic::is_own(const IpAddress& address) const {
  return !address.is_unset() && (address == config_.inner_v4 || address == config_.inner_v6);
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

AeadOp Traffic::prepare(std::uint8_t* begin, std::uint32_t inner_size, Tag gateway_tag) {
  const std::uint64_t counter = next_counter_++;
  store(begin, DataHeader{WirePrefix::make(WireType::data, gateway_tag), counter});
  std::uint8_t* inner = begin + sizeof(DataHeader);
  return {&seal_key_,         counter, begin, sizeof(DataHeader), inner_size, inner,
          inner + inner_size, false};
}

std::size_t Traffic::seal(std::span<OutgoingPacket> burst, Tag gateway_tag) {
  ensure(burst.size() <= kPacketBurst, "the caller takes no more than a burst");
  std::array<AeadOp, kPacketBurst> ops;
  std::size_t count = 0;
  for (OutgoingPacket& packet : burst) {
    packet.wire_size = 0;
    if (!is_sendable({packet.begin + OutgoingPacket::kHeadroom, packet.inner_size})) continue;
    if (is_exhausted()) {
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
  if (is_exhausted()) return false;
  write_heartbeat(heartbeat, out.subspan<sizeof(DataHeader), kHeartbeatInnerSize>());
  AeadOp op = prepare(out.data(), kHeartbeatInnerSize, gateway_tag);
  engine_.seal(std::span(&op, 1));
  return true;
}

bool Traffic::is_ours(ByteView datagram) const {
  if (datagram.size() < kDataOverhead) return false;
  const WirePrefix prefix = header_of(datagram).prefix;
  return prefix.type() == static_cast<std::uint8_t>(WireType::data) &&
         prefix.low() == (kFirstKeyEpoch.value & 0xf) &&
         Tag::from_wire(prefix.tag) == config_.client_tag;
}

void Traffic::open(std::span<const ByteSpan> datagrams, std::span<ByteView> inner) {
  ensure(datagrams.size() <= kPacketBurst, "the caller takes no more than a burst");
  std::array<AeadOp, kPacketBurst> ops;
  std::array<std::size_t, kPacketBurst> index;
  std::size_t count = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    inner[i] = {};
    const Counter counter{header_of(datagrams[i]).counter};
    const Freshness freshness = window_.check(counter, config_.replay_window);
    if (freshness != Freshness::fresh) {
      ++(freshness == Freshness::late ? counters_.late : counters_.duplicate);
      continue;
    }
    std::uint8_t* begin = datagrams[i].data();
    const auto size = static_cast<std::uint32_t>(datagrams[i].size() - kDataOverhead);
    std::uint8_t* data = begin + sizeof(DataHeader);
    index[count] = i;
    ops[count++] = {&open_key_, counter.value, begin,       sizeof(DataHeader),
                    size,       data,          data + size, false};
  }
  engine_.open(std::span(ops).first(count));
  for (std::size_t k = 0; k < count; ++k) {
    if (!ops[k].ok) {
      ++counters_.not_opened;
    } else if (window_.mark(Counter{ops[k].counter}, config_.replay_window) != Freshness::fresh) {
      ++counters_.duplicate;  // its twin was in the same burst
    } else {
      inner[index[k]] = {ops[k].data, ops[k].size};
    }
  }
}

bool Traffic::is_deliverable(ByteView inner) {
  const std::optional<InnerPacket> packet = parse_inner(inner);
  if (packet && is_own(packet->destination)) return true;
  ++counters_.bad_inner;
  return false;
}

}  // namespace jvpn::client
