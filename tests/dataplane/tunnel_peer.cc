// SPDX-License-Identifier: Apache-2.0
#include "tunnel_peer.h"

#include <stdexcept>

#include "session/core/wire.h"

namespace jvpn::test {
namespace {

Bytes<32> filled(std::uint8_t with) {
  Bytes<32> out;
  out.fill(with);
  return out;
}

Key32 key_of(std::uint8_t with) {
  Bytes<32> bytes = filled(with);
  return Key32::take(bytes);
}

AeadEngine make_engine() {
  auto engine = AeadEngine::create();
  if (!engine) throw std::runtime_error(engine.error().what);
  return std::move(*engine);
}

}  // namespace

TunnelPeer::TunnelPeer(Suite suite) : suite_(suite), engine_(make_engine()) {
  engine_.expand(suite, key_of(0x11), Bytes<12>{1, 2, 3}, keys_.uplink);
  engine_.expand(suite, key_of(0x22), Bytes<12>{4, 5, 6}, keys_.downlink);
  keys_.control_open = filled(0x33);
  engine_.expand(suite, key_of(0x44), Bytes<12>{7, 8, 9}, next_keys_.uplink);
  engine_.expand(suite, key_of(0x55), Bytes<12>{10, 11, 12}, next_keys_.downlink);
}

void TunnelPeer::stage(SessionTable& table) {
  if (!table.reserve_keys(tag)) throw std::runtime_error("no room for a second key epoch");
  table.stage_keys(tag, kSecond, next_keys_);
}

void TunnelPeer::seal_under_next() {
  sealing_next_ = true;
  next_ = 0;
}

void TunnelPeer::install(SessionTable& table, std::uint8_t worker, const SessionView& view,
                         const OuterTemplate& outer) {
  tag = table.reserve(worker).value();
  table.install(tag, keys_, Snapshot{view, outer});
}

void TunnelPeer::publish(SessionTable& table, const SessionView& view, const OuterTemplate& outer) {
  if (!table.publish(tag, Snapshot{view, outer})) throw std::runtime_error("no free snapshot");
}

SessionView TunnelPeer::make_view() const {
  SessionView view;
  view.version = {OwnerEpoch{1}, 7};
  view.bound_version = {OwnerEpoch{1}, 1};
  view.state = State::attached;
  view.suite = suite_;
  view.key_epoch = kFirst;
  view.client_tag = client_tag;
  view.tunnel_mtu = 1420;
  view.replay_window = 1024;
  return view;
}

Packet TunnelPeer::seal(ByteView inner, std::uint64_t counter) {
  Packet out(kDataOverhead + inner.size());
  const KeyEpoch epoch = sealing_next_ ? kSecond : kFirst;
  const auto low = static_cast<std::uint8_t>(epoch.value & 0xf);
  store(out.data(), DataHeader{WirePrefix::make(WireType::data, tag, low), counter});
  std::copy(inner.begin(), inner.end(), out.begin() + sizeof(DataHeader));
  AeadOp op{sealing_next_ ? &next_keys_.uplink : &keys_.uplink,
            counter,
            out.data(),
            sizeof(DataHeader),
            static_cast<std::uint32_t>(inner.size()),
            out.data() + sizeof(DataHeader),
            out.data() + sizeof(DataHeader) + inner.size(),
            false};
  engine_.seal(std::span(&op, 1));
  return out;
}

Packet TunnelPeer::ask(const Heartbeat& heartbeat) {
  Packet inner(kHeartbeatInnerSize);
  write_heartbeat(heartbeat, std::span<std::uint8_t, kHeartbeatInnerSize>(inner));
  return seal(inner);
}

/// `out` has its header; what follows is filled and sealed.
Packet TunnelPeer::seal_rest(Packet out, std::size_t header_size) {
  const ByteSpan bytes(out);
  const std::size_t size = out.size() - header_size - kSealTagSize;
  const ByteSpan plain = bytes.subspan(header_size, size);
  std::fill(plain.begin(), plain.end(), std::uint8_t{0x77});
  Bytes<32> key = keys_.control_open;
  const auto nonce = load<ControlHeader>(out.data()).nonce;
  seal_control(Key32::take(key), nonce, bytes.first(header_size), plain,
               bytes.subspan(header_size));
  return out;
}

Packet TunnelPeer::control(std::size_t size) {
  Packet out(size);
  store(out.data(), ControlHeader{WirePrefix::make(WireType::control, tag), SealNonce{9, 9, 9}});
  return seal_rest(std::move(out), sizeof(ControlHeader));
}

Packet TunnelPeer::ticketed(std::size_t size) {
  Packet out(size);
  const ControlHeader control{WirePrefix::make(WireType::ticketed, tag), SealNonce{9, 9, 9}};
  store(out.data(), TicketedHeader{control, Ticket{5, 5, 5}});
  return seal_rest(std::move(out), sizeof(TicketedHeader));
}

std::optional<TunnelPeer::Opened> TunnelPeer::open(ByteView datagram) {
  if (datagram.size() < kDataOverhead) return std::nullopt;
  const auto header = load<DataHeader>(datagram.data());
  const bool ours = header.prefix.type() == static_cast<std::uint8_t>(WireType::data) &&
                    header.prefix.tag == client_tag.to_wire();
  const bool next = header.prefix.low() == (kSecond.value & 0xf);
  if (!ours || (!next && header.prefix.low() != (kFirst.value & 0xf))) return std::nullopt;
  Packet copy(datagram.begin(), datagram.end());
  const std::size_t size = copy.size() - kDataOverhead;
  AeadOp op{next ? &next_keys_.downlink : &keys_.downlink,
            header.counter,
            copy.data(),
            sizeof(DataHeader),
            static_cast<std::uint32_t>(size),
            copy.data() + sizeof(DataHeader),
            copy.data() + sizeof(DataHeader) + size,
            false};
  engine_.open(std::span(&op, 1));
  if (!op.ok) return std::nullopt;
  const auto begin = copy.begin() + sizeof(DataHeader);
  return Opened{header.counter, next ? kSecond : kFirst,
                Packet(begin, begin + static_cast<std::ptrdiff_t>(size))};
}

}  // namespace jvpn::test
