// SPDX-License-Identifier: Apache-2.0
#include "path_rig.h"

#include "base/ensure.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"

namespace jvpn::bench {
namespace {

constexpr std::uint32_t kHeldPackets = 1024;
constexpr std::uint32_t kHandoverFrames = 512;

TableShape table_shape(const RigShape& shape) {
  return {shape.sessions, shape.workers, 1};
}

/// Key and IV of a session's direction: none of them secret, no two alike.
struct KeyBytes {
  Bytes<32> key;
  Bytes<16> iv;
};

KeyBytes key_bytes(Way way, std::uint32_t number) {
  std::uint64_t seed = (2 * std::uint64_t{number} + (way == Way::uplink)) << 8;
  std::array<std::uint64_t, 6> words;
  for (std::uint64_t& word : words) {  // splitmix64
    std::uint64_t x = seed += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    word = x ^ x >> 31;
  }
  return std::bit_cast<KeyBytes>(words);
}

Bytes<kAeadNonceSize> iv_of(const KeyBytes& bytes) {
  Bytes<kAeadNonceSize> iv;
  std::memcpy(iv.data(), bytes.iv.data(), iv.size());
  return iv;
}

}  // namespace

std::size_t PathRig::memory_size(const RigShape& shape) {
  return SessionTable::memory_size(table_shape(shape)) +
         shape.workers * (Mailbox::memory_size({}) + kHeldPackets * std::size_t{12'288});
}

PathRig::PathRig(const RigShape& shape) : shape_(shape) {
  make_links();
  const std::size_t room = SessionTable::memory_size(table_shape(shape));
  table_.emplace(std::move(*SessionTable::create(take_memory(room), table_shape(shape))));
  pool_.emplace(std::move(*AddressPool::create(*parse_prefix("10.64.0.0/12"))));
  facts_.workers = shape.workers;
  facts_.tunnel_mtu = shape.tunnel_mtu;
  facts_.table = &*table_;
  facts_.pool_v4 = &*pool_;
  facts_.neighbours = neighbours_.get();
  make_workers();
  AeadEngine engine = std::move(*AeadEngine::create());
  for (std::uint32_t i = 0; i < shape.sessions; ++i) add_session(engine, i);
}

ByteSpan PathRig::take_memory(std::size_t size) {
  auto* taken = static_cast<std::uint8_t*>(rte_malloc("bench", size, 64));
  ensure(taken != nullptr, "EAL was started with the memory that the rig needs");
  memory_.emplace_back(taken);
  return {taken, size};
}

void PathRig::make_links() {
  for (std::uint8_t i = 0; i < 2; ++i) {
    Link link;
    link.device = i;
    link.index = i;
    link.plaintext = i == 1;
    link.mac = {2, 0, 0, 0, 0, i};
    link.address = *parse_prefix(i == 0 ? "198.51.100.1/24" : "10.99.0.1/24", true);
    link.next_hop = *parse_address(i == 0 ? "198.51.100.254" : "10.99.0.2");
    link.udp_port = 51820;
    neighbours_->resolve(neighbours_->reserve(i, link.next_hop), kPeerMac);
    facts_.links.push_back(link);
  }
}

void PathRig::make_workers() {
  const std::size_t rings = std::size_t{shape_.workers} * shape_.workers * facts_.links.size();
  for (std::size_t i = 0; i < rings; ++i) {
    const std::string name = "bench_handover_" + std::to_string(i);
    rte_ring* ring = rte_ring_create(name.c_str(), kHandoverFrames, SOCKET_ID_ANY,
                                     RING_F_SP_ENQ | RING_F_SC_DEQ);
    ensure(ring != nullptr, "there is memory for hand-over rings");
    rings_.emplace_back(ring, rte_ring_free);
    facts_.handover.push_back(ring);
  }
  const auto room = static_cast<std::uint16_t>(shape_.tunnel_mtu + kDataOverhead);
  for (std::uint8_t i = 0; i < shape_.workers; ++i) {
    mailboxes_.push_back(std::move(*Mailbox::create(take_memory(Mailbox::memory_size({})), {})));
    holds_.push_back(
        std::move(*HoldBuffers::create("bench_hold_" + std::to_string(i), kHeldPackets, room)));
    WorkerSetup setup;
    setup.index = i;
    setup.mailbox = &mailboxes_.back();
    setup.clock = WorkerClock::of(clock_);
    setup.holds = holds_.back().get();
    workers_.push_back(
        std::make_unique<Worker>(facts_, setup, std::move(*AeadEngine::create_for_core())));
    table_->reader_online(i);
  }
}

Endpoint PathRig::client(std::uint32_t number) const {
  return {IpAddress::v4(0xc6336500u + number % 0x10000), 40000};
}

IpAddress PathRig::inner(std::uint32_t number) const {
  return IpAddress::v4(0x0a400001u + number);
}

Snapshot PathRig::snapshot(std::uint32_t number) const {
  Snapshot snapshot;
  SessionView& view = snapshot.view;
  view.state = State::attached;
  view.bound = client(number);
  view.inner_v4 = inner(number);
  view.tunnel_mtu = shape_.tunnel_mtu;
  view.replay_window = 1024;
  view.hold_packets = 64;
  view.client_tag = Tag(number);
  snapshot.outer = build_outer(underlay(), view.bound, neighbours_->find(0, underlay().next_hop));
  return snapshot;
}

void PathRig::expand(AeadEngine& engine, Way way, std::uint32_t number, AeadKey& out) {
  KeyBytes bytes = key_bytes(way, number);
  engine.expand(Suite::aes_256_gcm, Key32::take(bytes.key), iv_of(bytes), out);
}

Bytes<kAeadNonceSize> PathRig::nonce(Way way, std::uint32_t number, std::uint64_t counter) {
  return make_nonce(iv_of(key_bytes(way, number)), counter);
}

void PathRig::add_session(AeadEngine& engine, std::uint32_t number) {
  SessionKeys keys;
  expand(engine, Way::uplink, number, keys.uplink);
  expand(engine, Way::downlink, number, keys.downlink);
  tags_.push_back(table_->reserve(static_cast<std::uint8_t>(number % shape_.workers)).value());
  table_->install(tags_.back(), keys, snapshot(number));
  // As after some traffic: no two sessions stand at the same counter.
  record(number).downlink.key.next_counter.store(number * std::uint64_t{0x9e3779b9} >> 8 & 0xffffff,
                                                 std::memory_order_relaxed);
  pool_->assign(inner(number), GatewayTag::unpack(tags_.back()).slot);
}

}  // namespace jvpn::bench
