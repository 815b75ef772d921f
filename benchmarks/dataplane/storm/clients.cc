// SPDX-License-Identifier: Apache-2.0
#include "clients.h"

#include "base/ensure.h"

namespace jvpn::bench {
namespace {

constexpr std::uint16_t kPort = 40'000;
/// Neighbours live in different networks, as clients that roam do: a storm is not one prefix's.
constexpr std::uint32_t kPrefixes = 4096;
constexpr std::uint32_t kFirstPrefix = 0x0b000000;  // 11.0.0.0
constexpr std::uint32_t kPerPrefix = 8;
constexpr std::uint32_t kGenerations = 30;

IpAddress address_of(std::uint32_t index, std::uint32_t generation) {
  const std::uint32_t host = 1 + index / kPrefixes + kPerPrefix * (generation % kGenerations);
  return IpAddress::v4(kFirstPrefix + (index % kPrefixes << 8) + host);
}

/// Whose address that is, whatever the generation.
std::uint32_t index_of(const IpAddress& address) {
  const std::uint32_t number = churn::number_of(address) - kFirstPrefix;
  return number >> 8 | ((number & 0xff) - 1) % kPerPrefix * kPrefixes;
}

client::Settings settings_of(const churn::Identities& who, std::uint32_t index,
                             const Endpoint& gateway, const PublicKey& key, Duration heartbeat) {
  return {.key = KeyPair::from_secret(who.secret(index)),
          .gateway = key,
          .psk = Key32{},
          .suites = {Suite::aes_256_gcm},
          .endpoints = {gateway},
          .prefixes = {},
          .wanted_heartbeat = heartbeat,
          .path_count = 1};
}

}  // namespace

std::vector<PeerConfig> peers_of(const churn::Identities& who) {
  std::vector<PeerConfig> peers(who.count);
  for (std::uint32_t i = 0; i < who.count; ++i) {
    peers[i].name = "client-" + std::to_string(i);
    peers[i].key = KeyPair::from_secret(who.secret(i)).public_key;
    peers[i].inner_v4 = who.inner(i);
  }
  return peers;
}

Clients::Clients(const churn::Identities& who, const Endpoint& gateway, const PublicKey& key,
                 Duration heartbeat)
    : who_(who), gateway_(gateway), engine_(std::move(*AeadEngine::create())) {
  ensure(who.count <= kPrefixes * kPerPrefix, "each has an address of its own");
  for (std::uint32_t i = 0; i < who.count; ++i) {
    members_.emplace_back(settings_of(who, i, gateway, key, heartbeat), random_, engine_);
  }
}

void Clients::begin(std::uint32_t index, Instant now) {
  members_[index].agent.on_path(PathId{0}, {true, address_of(index, 0), {}}, now, actions_);
  settle(index, now);
}

void Clients::jump(std::uint32_t index, Instant now) {
  Member& member = members_[index];
  ensure(!std::exchange(member.is_jumping, true), "one jump at a time");
  ++jumping_;
  const IpAddress next = address_of(index, ++member.generation);
  member.agent.on_path(PathId{0}, {true, next, {}}, now, actions_);
  settle(index, now);
}

void Clients::receive(const Endpoint& to, ByteSpan payload, Instant now) {
  const std::uint32_t index = index_of(to.address);
  if (index >= count() || to.port != kPort || to != source(index)) return void(++strays_);
  client::ReceivedDatagram datagram{{PathId{0}, to.address, gateway_}, payload};
  members_[index].agent.receive({&datagram, 1}, now, delivery_, actions_);
  settle(index, now);
}

void Clients::tick(Instant now) {
  for (std::uint32_t i = 0; i < count(); ++i) tick(i, now);
}

void Clients::tick(std::uint32_t index, Instant now) {
  if (now < members_[index].due) return;
  members_[index].agent.on_tick(now, actions_);
  settle(index, now);
}

bool Clients::is_settled(std::uint32_t index) const {
  return members_[index].is_born && !members_[index].is_jumping;
}

std::uint32_t Clients::seal(std::uint32_t index, client::OutgoingPacket packet) {
  const auto route = members_[index].agent.seal({&packet, 1});
  return route ? packet.wire_size : 0;
}

Endpoint Clients::source(std::uint32_t index) const {
  return {address_of(index, members_[index].generation), kPort};
}

/// As the gateway has told it.
bool Clients::is_bound_here(std::uint32_t index) const {
  const client::Status status = members_[index].agent.status();
  return status.state == State::attached && status.observed == source(index);
}

void Clients::settle(std::uint32_t index, Instant now) {
  Member& member = members_[index];
  while (!actions_.empty()) {
    doing_.swap(actions_);
    for (const client::Action& action : doing_) {
      std::visit([&](const auto& what) { carry_out(index, what); }, action);
    }
    doing_.clear();
  }
  member.due = member.agent.next_deadline(now);
  if (member.is_jumping && is_bound_here(index)) {
    member.is_jumping = false;
    --jumping_;
  }
}

void Clients::carry_out(std::uint32_t, const client::SendDatagram& send) {
  outbox.push_back({{send.route.source, kPort}, send.payload});
}

void Clients::carry_out(std::uint32_t index, const client::WriteEvent& write) {
  Member& member = members_[index];
  if (write.event.type == "SessionCreated") born_ += !std::exchange(member.is_born, true);
  if (write.event.type == "SessionTerminated") ++ended_;
}

}  // namespace jvpn::bench
